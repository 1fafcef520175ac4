"""A company with many open cases, written by the database itself: shares as in a busy service, nothing in order."""

from sqlalchemy import text

from models.session import Database

NOW = "timestamptz '2026-11-25 09:00Z'"
"""Wednesday morning; the benchmark asks at this moment."""

PARTIES = """
INSERT INTO territory (id, name, city, country, time_zone, latitude, longitude, radius_km, business_hours, active)
SELECT 'T' || n, 'Territory ' || n, 'City ' || n, 'DE', 'Europe/Berlin', 48 + n * 0.5, 8 + n * 0.4, 30, '[]', true
FROM generate_series(1, 10) n;
INSERT INTO engineer (id, name, phone, territory_id, home_latitude, home_longitude, cost_per_hour_cents,
  cost_per_km_cents, active)
SELECT 'E' || n, 'Engineer ' || n, '', 'T' || (n % 10 + 1), 48 + (n % 10 + 1) * 0.5 + random() * 0.2,
  8 + (n % 10 + 1) * 0.4 + random() * 0.2, 4000, 40, true
FROM generate_series(1, 300) n;
INSERT INTO shift (engineer_id, kind, starts_at, ends_at, break_minutes, overtime_minutes)
SELECT 'E' || n, 'day', day + interval '8 hours', day + interval '17 hours', 0, 60
FROM generate_series(1, 300) n, generate_series(date_trunc('day', {now}), {now} + interval '4 days', '1 day') day;
INSERT INTO product_model (code, name, category, warranty_months, skills, visit_minutes)
SELECT 'M' || n, 'Model ' || n, '', 24, '{{}}', 60 FROM generate_series(1, 40) n;
INSERT INTO part (sku, name, price_cents, serialised, active) SELECT 'P' || n, 'Part ' || n, 1000, false, true
FROM generate_series(1, 200) n;
INSERT INTO warehouse (id, name, time_zone, latitude, longitude, opening_hours, handling_minutes, active)
VALUES ('W1', 'W1', 'Europe/Berlin', 50, 10, '[]', 10, true);
INSERT INTO stock_location (id, kind, warehouse_id) VALUES ('W1', 'warehouse', 'W1');
INSERT INTO customer (id, name, language, created_at) SELECT 'CU' || n, 'Customer ' || n, 'en', {now}
FROM generate_series(1, 20000) n;
INSERT INTO contact (id, customer_id, name, phone, email, language, created_at)
SELECT 'CO' || n, 'CU' || n, 'Person ' || n, '', '', 'en', {now} FROM generate_series(1, 20000) n;
INSERT INTO site (id, customer_id, address, neighbourhood, latitude, longitude, access_notes, created_at)
SELECT 'SI' || n, 'CU' || n, 'Street ' || n, 'Quarter ' || (n % 97), 48 + (n % 10 + 1) * 0.5 + random() * 0.2,
  8 + (n % 10 + 1) * 0.4 + random() * 0.2, '', {now} FROM generate_series(1, 20000) n;
INSERT INTO installed_product (id, model_code, customer_id, site_id, serial)
SELECT 'IP' || n, 'M' || (n % 40 + 1), 'CU' || n, 'SI' || n, 'S' || n FROM generate_series(1, 20000) n;
INSERT INTO plan (id, territory_id, number, state, reason, engine, horizon_start, problem, plan, visit_versions, score,
  cost, seconds, created_at)
SELECT 'T' || n || '-1', 'T' || n, 1, 'published', '', 'callout', {now}, '{{}}', '{{}}', '{{}}', '{{}}', 0, 1, {now}
FROM generate_series(1, 10) n;
"""

CASES = """
INSERT INTO service_case (id, channel, source, symptom, error_code, customer_id, contact_id, site_id,
  installed_product_id, product_model_code, territory_id, windows, problems, kind, category, severity, warranty, state,
  state_since, next_step, step_number, step_since, responsible, due_at, sla_state, sla_jeopardy, quote_cents,
  open_visit_id, visits, outcome, closing_note, reopened, labour_cents, travel_cents, parts_cents, opened_at, closed_at,
  updated_at, version)
SELECT 'C-' || n, 'phone', 'phone',
  (ARRAY['does not heat', 'makes a loud noise', 'leaks water under the unit', 'shows an error after reset',
    'outdoor unit does not start', 'door does not close', 'display stays dark', 'smells of burning'])[1 + n % 8]
    || ' since ' || (n % 23) || ' days',
  'E' || (n % 60), 'CU' || p, 'CO' || p, 'SI' || p, 'IP' || p, 'M' || (p % 40 + 1), 'T' || (p % 10 + 1), '[]', '[]',
  (ARRAY['fault', 'fault', 'fault', 'fault', 'maintenance', 'installation', 'complaint', 'inquiry'])[1 + n % 8],
  'product_defect', (ARRAY['low', 'medium', 'medium', 'high', 'medium', 'safety'])[1 + n % 6], 'covered', state,
  opened, CASE WHEN open THEN 'step' END, 1, opened,
  CASE state WHEN 'visiting' THEN 'dispatcher' WHEN 'handed_over' THEN 'operations'
    WHEN 'quoting' THEN 'customer' WHEN 'confirming' THEN 'customer' ELSE 'agent' END,
  CASE WHEN open THEN {now} + (random() * 96 - 24) * interval '1 hour' END, 'running', false, 0,
  CASE WHEN state = 'visiting' THEN 'C-' || n || '-V1' END,
  CASE WHEN state IN ('visiting', 'archived') THEN 1 ELSE 0 END,
  CASE WHEN NOT open OR state = 'confirming' THEN 'fixed' END, '', 0, 0, 0, 0, opened,
  CASE WHEN NOT open THEN least({now}, opened + random() * interval '5 days') END, opened, 1
FROM (
  SELECT n, 1 + (n * 7919) % 20000 AS p, n <= {open} AS open,
    {now} - CASE WHEN n <= {open} THEN power(random(), 3) * 60 ELSE 6 + random() * 300 END * interval '1 day' AS opened,
    CASE WHEN n > {open} THEN 'archived' ELSE (ARRAY['visiting', 'visiting', 'visiting', 'visiting', 'visiting',
      'visiting', 'visiting', 'visiting', 'visiting', 'visiting', 'visiting', 'visiting', 'classifying', 'diagnosing',
      'deciding', 'quoting', 'handed_over', 'confirming', 'calling_back', 'diagnosing'])[1 + n % 20] END AS state
  FROM generate_series(1, {open} + {closed}) n
) made;
INSERT INTO sla_clock (case_id, name, target_seconds, calendar, remedy, started_at, stopped_at, warn_at, due_at,
  predicted, state, used_seconds, stops)
SELECT id, name, hours * 3600, 'always', '', opened_at, stopped, due - hours * 0.25 * interval '1 hour',
  CASE WHEN NOT paused THEN due END, CASE WHEN stopped IS NULL AND random() < 0.5
    THEN due + (random() * 30 - 24) * interval '1 hour' END,
  CASE WHEN stopped IS NULL THEN CASE WHEN paused THEN 'paused' ELSE 'running' END
    WHEN stopped <= due THEN 'kept' ELSE 'missed' END, 0, '[]'
FROM (
  SELECT c.id, c.opened_at, k.name, k.hours, due, c.state = 'quoting' AND c.closed_at IS NULL AS paused,
    CASE WHEN c.closed_at IS NOT NULL OR c.state IN ('confirming', 'calling_back')
        THEN least(coalesce(c.closed_at, {now}), c.opened_at + random() * k.hours * 1.05 * interval '1 hour')
      WHEN k.name = 'respond' OR (k.name = 'dispatch' AND random() < 0.6)
        THEN c.opened_at + random() * k.hours * interval '1 hour' END AS stopped
  FROM service_case c
  CROSS JOIN (VALUES ('respond', 2), ('dispatch', 24), ('on_site', 72), ('resolve', 168)) AS k (name, hours)
  CROSS JOIN LATERAL (SELECT CASE WHEN c.closed_at IS NULL AND k.name <> 'respond'
    THEN {now} + (random() * 130 - 10) * interval '1 hour' ELSE c.opened_at + k.hours * interval '1 hour' END AS due) d
) clocks;
INSERT INTO clock_pause (case_id, clock, position, reason, started_at)
SELECT case_id, name, 0, 'waiting_for_customer', started_at FROM sla_clock WHERE state = 'paused';
UPDATE service_case SET sla_clock = running.first, sla_due_at = running.due, sla_warn_at = running.warn,
  sla_jeopardy = running.jeopardy
FROM (SELECT case_id, (array_agg(name ORDER BY due_at))[1] AS first, min(due_at) AS due, min(warn_at) AS warn,
    coalesce(bool_or(predicted > due_at), false) AS jeopardy
  FROM sla_clock WHERE stopped_at IS NULL AND due_at IS NOT NULL GROUP BY case_id) running
WHERE running.case_id = id AND closed_at IS NULL;
"""

VISITS = """
INSERT INTO visit (id, case_id, territory_id, site_id, number, state, state_since, step_number, responsible, severity,
  priority, duration_seconds, skills, tools, parts, windows, latest_sla_end, excluded_engineers, booking_id, offers,
  requested_at, departed_at, arrived_at, finished_at, outcome, report, labour_cents, travel_cents, parts_cents,
  updated_at, version, progress_version)
SELECT c.id || '-V1', c.id, c.territory_id, c.site_id, 1,
  CASE WHEN c.closed_at IS NOT NULL THEN 'done' WHEN r < 0.15 THEN 'requested' WHEN r < 0.6 THEN 'booked'
    WHEN r < 0.8 THEN 'offered' ELSE 'confirmed' END,
  c.opened_at, 1, 'dispatcher', c.severity, 2, 3600, '{{}}', '[]', '[]', '[]', c.sla_due_at, '[]',
  CASE WHEN c.closed_at IS NOT NULL OR r >= 0.15 THEN c.id || '-V1-B1' END, 0, c.opened_at,
  c.closed_at - interval '100 minutes', c.closed_at - interval '80 minutes', c.closed_at - interval '20 minutes',
  CASE WHEN c.closed_at IS NOT NULL THEN 'fixed' END,
  CASE WHEN c.closed_at IS NOT NULL THEN jsonb_build_object('work_done', 'Replaced the board and tested',
    'parts_used', jsonb_build_array(jsonb_build_object('sku', 'P1', 'quantity', 1))) END, 0, 0, 0, c.opened_at, 1, 1
FROM (SELECT *, random() AS r FROM service_case WHERE state IN ('visiting', 'archived')) c;
INSERT INTO booking (id, visit_id, engineer_id, number, arrival, finish, travel_seconds, state, made_by_role, made_by,
  reason, made_at, ended_at, end_reason, predicted_arrival, predicted_finish)
SELECT v.id || '-B1', v.id, 'E' || (1 + k % 300), 1, slot, slot + interval '30 minutes', 900,
  CASE v.state WHEN 'done' THEN 'done' WHEN 'booked' THEN 'planned' ELSE v.state END, 'system', 'callout', 'the plan',
  v.requested_at, v.finished_at, '', slot + interval '4 minutes', slot + interval '34 minutes'
FROM (SELECT *, row_number() OVER (PARTITION BY finished_at IS NULL ORDER BY id) AS k FROM visit
  WHERE booking_id IS NOT NULL) v
CROSS JOIN LATERAL (SELECT CASE WHEN v.finished_at IS NULL THEN {now} + (k / 300) * interval '1 hour'
  ELSE v.arrived_at END AS slot) s;
INSERT INTO stock (location_id, sku, on_hand, reserved) SELECT 'W1', sku, 1000, 500 FROM part;
INSERT INTO reservation (id, booking_id, visit_id, location_id, sku, quantity, source, state, ready_at, made_at)
SELECT booking_id || '-P1', booking_id, id, 'W1', 'P' || (1 + length(id) * 7), 1, 'shipment', 'shipped',
  {now} + random() * interval '5 days', requested_at
FROM visit WHERE booking_id IS NOT NULL AND finished_at IS NULL AND random() < 0.15;
INSERT INTO unassigned_visit (plan_id, visit_id, reasons)
SELECT territory_id || '-1', id, jsonb_build_array(jsonb_build_object('code',
  CASE WHEN random() < 0.2 THEN 'parts' ELSE 'skill' END, 'sentence', 'Nobody can.', 'nearest', 'E1'))
FROM visit WHERE state = 'requested' AND random() < 0.7;
INSERT INTO case_event (case_id, visit_id, workflow_id, command_id, seq, kind, at, recorded_at, actor_role, actor_id,
  data)
SELECT c.id, CASE WHEN k > 4 THEN c.open_visit_id END, 'case/' || c.id, 'k' || k, 0,
  (ARRAY['registered', 'classified', 'diagnosed', 'decided', 'visit_requested', 'booked', 'offered',
    'note'])[1 + k % 8],
  c.opened_at, c.opened_at, 'agent', 'a', jsonb_build_object('booking_id', c.open_visit_id || '-B1')
FROM service_case c, generate_series(1, CASE WHEN c.closed_at IS NULL THEN 20 ELSE 6 END) k;
"""


async def write(database: Database, open_cases: int, closed_cases: int) -> None:
    """Write the company."""
    for group in (PARTIES, CASES, VISITS):
        async with database.transaction() as session:
            await session.execute(text("SELECT setseed(0.42)"))
            await session.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in group.format(now=NOW, open=open_cases, closed=closed_cases).split(";\n"):
                if statement.strip():
                    await session.execute(text(statement.replace(":", "\\:")))
    async with database.transaction() as session:
        await session.execute(text("ANALYZE"))
