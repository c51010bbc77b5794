"""Every table, as SQLModel classes with the checks the database itself enforces.

SQLModel does not validate rows of tables, so what must hold stands here as CHECK constraints. Columns that end in
``_sealed`` are AES-256-GCM under the row's data key, those that end in ``_blind`` keyed hashes for look-up.
"""

from core.store.tables import alerts, attendance, cases, delivery, duty, messages, office, people, relays
from core.store.tables.columns import metadata

__all__ = ["alerts", "attendance", "cases", "delivery", "duty", "messages", "metadata", "office", "people", "relays"]

rows = metadata.tables
data_key, session, inbox, outbox = rows["data_key"], rows["session"], rows["inbox"], rows["outbox"]
case_file, evidence, timeline = rows["case_file"], rows["evidence"], rows["timeline"]
counter, lookup_failure, service_row = rows["counter"], rows["lookup_failure"], rows["service_row"]
calendar_change = rows["calendar_change"]
case_work, case_clock, recusal, part = rows["case_work"], rows["case_clock"], rows["recusal"], rows["part"]
timeline_head, office_timeline = rows["timeline_head"], rows["office_timeline"]
staff, pack_version = rows["staff"], rows["pack_version"]
notification, delivery_try = rows["notification"], rows["delivery_try"]
consent_grant, lease = rows["consent_grant"], rows["lease"]
roster_shift, roster_swap, summons = rows["roster_shift"], rows["roster_swap"], rows["summons"]
case_holder, training, assessment = rows["case_holder"], rows["training"], rows["assessment"]
conduct, pledge = rows["conduct"], rows["pledge"]
attendance_person, attendance_hours = rows["attendance_person"], rows["attendance_hours"]
attendance_import, attendance_punch = rows["attendance_import"], rows["attendance_punch"]
attendance_request, attendance_confirmed = rows["attendance_request"], rows["attendance_confirmed"]
alert_target, alert_member = rows["alert_target"], rows["alert_member"]
relay, relay_line = rows["relay"], rows["relay_line"]
