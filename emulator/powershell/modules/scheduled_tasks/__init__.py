"""ScheduledTasks and the COM object Schedule.Service, over the task scheduler of the machine."""
