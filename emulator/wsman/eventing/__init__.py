"""WS-Eventing (DSP0226 section 10, MS-WSMV 3.1.4.1.30): subscriptions and how their events are delivered."""
