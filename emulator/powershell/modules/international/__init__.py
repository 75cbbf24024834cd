"""The International module: the culture, the home and the languages of users and of the machine."""
