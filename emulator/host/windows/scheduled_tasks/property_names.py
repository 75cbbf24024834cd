"""What Windows calls the fields of a task's parts, in WMI and in the objects of the task scheduler.

A table of each part: name of the property -> field of the value in `definition`. The two doors lack some of
them, and add those that only they have.
"""

INFORMATION = {
    name: name.lower()
    for name in ("Author", "Date", "Description", "Documentation", "Source", "URI", "Version")
}
PRINCIPAL = {
    "Id": "id",
    "UserId": "user_id",
    "GroupId": "group_id",
    "LogonType": "logon_type",
    "RunLevel": "run_level",
    "DisplayName": "display_name",
}
SETTINGS = {
    "AllowDemandStart": "allow_demand_start",
    "AllowHardTerminate": "allow_hard_terminate",
    "Compatibility": "compatibility",
    "DeleteExpiredTaskAfter": "delete_expired_after",
    "DisallowStartIfOnBatteries": "disallow_start_on_batteries",
    "Enabled": "enabled",
    "ExecutionTimeLimit": "execution_limit",
    "Hidden": "hidden",
    "MultipleInstances": "multiple_instances",
    "Priority": "priority",
    "RestartCount": "restart_count",
    "RestartInterval": "restart_interval",
    "RunOnlyIfIdle": "run_only_if_idle",
    "RunOnlyIfNetworkAvailable": "run_only_if_network",
    "StartWhenAvailable": "start_when_available",
    "StopIfGoingOnBatteries": "stop_on_batteries",
    "WakeToRun": "wake_to_run",
}
TRIGGER = {
    "Id": "id",
    "Enabled": "enabled",
    "StartBoundary": "start",
    "EndBoundary": "end",
    "ExecutionTimeLimit": "execution_limit",
    "RandomDelay": "random_delay",
    "Delay": "delay",
    "DaysInterval": "interval",
    "WeeksInterval": "interval",
    "DaysOfWeek": "days_of_week",
    "UserId": "user_id",
    "Subscription": "subscription",
}
REPETITION = {"Interval": "interval", "Duration": "duration", "StopAtDurationEnd": "stops_at_end"}
ACTION = {"Id": "id", "Arguments": "arguments", "WorkingDirectory": "working_directory"}
