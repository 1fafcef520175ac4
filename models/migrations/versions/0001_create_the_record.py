"""Create the record."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _words(name: str, *words: str) -> sa.Enum:
    """Text with a check constraint that is named after the table and the vocabulary."""
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


MOMENT = sa.DateTime(timezone=True)
BOOKING_STATE = _words("booking_state", "planned", "offered", "confirmed", "started", "done", "released")
CASE_KIND = _words(
    "case_kind",
    "fault",
    "complaint",
    "inquiry",
    "suggestion",
    "return",
    "exchange",
    "maintenance",
    "installation",
    "training",
)
CASE_STATE = _words(
    "case_state",
    "registering",
    "classifying",
    "diagnosing",
    "deciding",
    "quoting",
    "visiting",
    "handed_over",
    "confirming",
    "calling_back",
    "archived",
    "cancelled",
)
CATEGORY = _words("category", "product_defect", "service_failure", "usage_question", "logistics")
CHANNEL = _words("channel", "phone", "web", "email", "chat", "social", "shop", "api")
CLOCK_NAME = _words("clock_name", "respond", "dispatch", "on_site", "resolve")
DECISION = _words("decision", "remote", "on_site", "depot", "exchange", "refusal")
LOCATION_KIND = _words("location_kind", "warehouse", "van")
OUTCOME = _words("outcome", "fixed", "partially_fixed", "part_missing", "no_access", "unsafe", "beyond_repair")
PART_SOURCE = _words("part_source", "van", "warehouse", "shipment")
PAUSE_REASON = _words("pause_reason", "waiting_for_customer", "site_closed", "waiting_for_part")
PLAN_STATE = _words("plan_state", "draft", "published", "superseded", "rejected")
RESERVATION_STATE = _words("reservation_state", "held", "shipped", "ready", "consumed", "released")
ROLE = _words(
    "role",
    "agent",
    "dispatcher",
    "engineer",
    "stock_keeper",
    "operations",
    "team_lead",
    "manager",
    "director",
    "admin",
    "customer",
    "system",
)
SERIAL_STATE = _words("serial_state", "in_stock", "used")
SEVERITY = _words("severity", "low", "medium", "high", "safety")
SLA_STATE = _words("sla_state", "none", "running", "warning", "jeopardy", "breached", "paused", "kept", "missed")
VISIT_STATE = _words(
    "visit_state", "requested", "booked", "offered", "confirmed", "en_route", "on_site", "done", "cancelled"
)
WARRANTY = _words("warranty", "covered", "expired", "unknown")

REFUSE_CHANGE = """
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_NAME;
END $$
"""
APPEND_ONLY = """
CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_event
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
"""


def upgrade() -> None:  # noqa: PLR0915 - one table after the other
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(sa.schema.CreateSequence(sa.Sequence("case_number", start=100_001)))
    op.execute(sa.schema.CreateSequence(sa.Sequence("party_number", start=100_001)))
    op.create_table(
        "customer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="customer_pkey"),
    )
    op.create_table(
        "handled_command",
        sa.Column("workflow_id", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        sa.Column("handled_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("workflow_id", "command_id", "activity", name="handled_command_pkey"),
    )
    op.create_table(
        "part",
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("serialised", sa.Boolean(), nullable=False),
        sa.CheckConstraint("price_cents >= 0", name=op.f("part_price_check")),
        sa.PrimaryKeyConstraint("sku", name="part_pkey"),
    )
    op.create_table(
        "product_model",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("warranty_months", sa.Integer(), nullable=False),
        sa.Column("skills", postgresql.JSONB(), nullable=False),
        sa.Column("visit_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("warranty_months >= 0", name=op.f("product_model_warranty_months_check")),
        sa.PrimaryKeyConstraint("code", name="product_model_pkey"),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="setting_pkey"),
    )
    op.create_table(
        "territory",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("subdivision", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("radius_km", sa.Float(), nullable=True),
        sa.Column("polygon", postgresql.JSONB(), nullable=True),
        sa.Column("business_hours", postgresql.JSONB(), nullable=False),
        sa.Column("policy", postgresql.JSONB(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="territory_pkey"),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="contact_customer_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="contact_pkey"),
    )
    op.create_index("contact_customer_id_idx", "contact", ["customer_id"], unique=False)
    op.create_table(
        "engineer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("territory_id", sa.String(), nullable=False),
        sa.Column("home_latitude", sa.Float(), nullable=False),
        sa.Column("home_longitude", sa.Float(), nullable=False),
        sa.Column("cost_per_hour_cents", sa.Integer(), nullable=False),
        sa.Column("cost_per_km_cents", sa.Integer(), nullable=False),
        sa.Column("max_visits", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("max_visits > 0", name=op.f("engineer_max_visits_check")),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="engineer_territory_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="engineer_pkey"),
    )
    op.create_index("engineer_territory_id_idx", "engineer", ["territory_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("territory_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", PLAN_STATE, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("engine", sa.String(), nullable=False),
        sa.Column("horizon_start", MOMENT, nullable=False),
        sa.Column("problem", postgresql.JSONB(), nullable=False),
        sa.Column("plan", postgresql.JSONB(), nullable=False),
        sa.Column("visit_versions", postgresql.JSONB(), nullable=False),
        sa.Column("score", postgresql.JSONB(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("published_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="plan_territory_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="plan_pkey"),
        sa.UniqueConstraint("territory_id", "number", name="plan_territory_id_number_key"),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("neighbourhood", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("access_notes", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="site_customer_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="site_pkey"),
    )
    op.create_index("site_customer_id_idx", "site", ["customer_id"], unique=False)
    op.create_table(
        "warehouse",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("territory_id", sa.String(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("opening_hours", postgresql.JSONB(), nullable=False),
        sa.Column("handling_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="warehouse_territory_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="warehouse_pkey"),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engineer_id", sa.String(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("absence_order_check")),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name="absence_engineer_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="absence_pkey"),
    )
    op.create_index("absence_engineer_id_idx", "absence", ["engineer_id"], unique=False)
    op.create_table(
        "app_user",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("engineer_id", sa.String(), nullable=True),
        sa.Column("territory_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name="app_user_engineer_id_fkey"),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="app_user_territory_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="app_user_pkey"),
        sa.UniqueConstraint("email", name="app_user_email_key"),
    )
    op.create_table(
        "engineer_skill",
        sa.Column("engineer_id", sa.String(), nullable=False),
        sa.Column("skill", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name=op.f("engineer_skill_level_check")),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name="engineer_skill_engineer_id_fkey"),
        sa.PrimaryKeyConstraint("engineer_id", "skill", name="engineer_skill_pkey"),
    )
    op.create_table(
        "engineer_tool",
        sa.Column("engineer_id", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name="engineer_tool_engineer_id_fkey"),
        sa.PrimaryKeyConstraint("engineer_id", "tool", name="engineer_tool_pkey"),
    )
    op.create_table(
        "installed_product",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("model_code", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("purchased_on", sa.Date(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="installed_product_customer_id_fkey"),
        sa.ForeignKeyConstraint(["model_code"], ["product_model.code"], name="installed_product_model_code_fkey"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="installed_product_site_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="installed_product_pkey"),
    )
    op.create_index("installed_product_customer_id_idx", "installed_product", ["customer_id"], unique=False)
    op.create_index(
        "installed_product_serial_key",
        "installed_product",
        ["model_code", "serial"],
        unique=True,
        postgresql_where=sa.text("serial <> ''"),
    )
    op.create_index("installed_product_site_id_idx", "installed_product", ["site_id"], unique=False)
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("engineer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("break_earliest", MOMENT, nullable=True),
        sa.Column("break_latest", MOMENT, nullable=True),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("overtime_minutes", sa.Integer(), nullable=False),
        sa.Column("start_latitude", sa.Float(), nullable=True),
        sa.Column("start_longitude", sa.Float(), nullable=True),
        sa.Column("end_latitude", sa.Float(), nullable=True),
        sa.Column("end_longitude", sa.Float(), nullable=True),
        sa.Column(
            "during",
            postgresql.TSTZRANGE(),
            sa.Computed("tstzrange(starts_at, ends_at)", persisted=True),
            nullable=True,
        ),
        postgresql.ExcludeConstraint(
            (sa.column("engineer_id"), "="), (sa.column("during"), "&&"), using="gist", name="shift_overlap_excl"
        ),
        sa.CheckConstraint("(break_earliest IS NULL) = (break_latest IS NULL)", name=op.f("shift_break_check")),
        sa.CheckConstraint("(end_latitude IS NULL) = (end_longitude IS NULL)", name=op.f("shift_end_place_check")),
        sa.CheckConstraint(
            "(start_latitude IS NULL) = (start_longitude IS NULL)", name=op.f("shift_start_place_check")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("shift_order_check")),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name="shift_engineer_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="shift_pkey"),
    )
    op.create_table(
        "stock_location",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", LOCATION_KIND, nullable=False),
        sa.Column("warehouse_id", sa.String(), nullable=True),
        sa.Column("engineer_id", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'warehouse') = (warehouse_id IS NOT NULL) AND (kind = 'van') = (engineer_id IS NOT NULL)",
            name=op.f("stock_location_owner_check"),
        ),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name="stock_location_engineer_id_fkey"),
        sa.ForeignKeyConstraint(["warehouse_id"], ["warehouse.id"], name="stock_location_warehouse_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="stock_location_pkey"),
    )
    op.create_table(
        "service_case",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_ref", sa.String(), nullable=True),
        sa.Column("symptom", sa.String(), nullable=False),
        sa.Column("error_code", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("site_id", sa.String(), nullable=True),
        sa.Column("installed_product_id", sa.String(), nullable=True),
        sa.Column("product_model_code", sa.String(), nullable=True),
        sa.Column("territory_id", sa.String(), nullable=True),
        sa.Column("windows", postgresql.JSONB(), nullable=False),
        sa.Column("registration", postgresql.JSONB(), nullable=True),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("kind", CASE_KIND, nullable=True),
        sa.Column("category", CATEGORY, nullable=True),
        sa.Column("severity", SEVERITY, nullable=True),
        sa.Column("warranty", WARRANTY, nullable=False),
        sa.Column("repeat_of", sa.String(), nullable=True),
        sa.Column("state", CASE_STATE, nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("step_number", sa.Integer(), nullable=False),
        sa.Column("step_since", MOMENT, nullable=True),
        sa.Column("responsible", ROLE, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("sla_state", SLA_STATE, nullable=False),
        sa.Column("sla_due_at", MOMENT, nullable=True),
        sa.Column("diagnosis", postgresql.JSONB(), nullable=True),
        sa.Column("decision", DECISION, nullable=True),
        sa.Column("ruling", postgresql.JSONB(), nullable=True),
        sa.Column("quote_cents", sa.Integer(), nullable=False),
        sa.Column("open_visit_id", sa.String(), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("outcome", OUTCOME, nullable=True),
        sa.Column("closing_note", sa.String(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("call_back_from", MOMENT, nullable=True),
        sa.Column("labour_cents", sa.BigInteger(), nullable=False),
        sa.Column("travel_cents", sa.BigInteger(), nullable=False),
        sa.Column("parts_cents", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name=op.f("service_case_satisfaction_check")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="service_case_contact_id_fkey"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="service_case_customer_id_fkey"),
        sa.ForeignKeyConstraint(
            ["installed_product_id"], ["installed_product.id"], name="service_case_installed_product_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["product_model_code"], ["product_model.code"], name="service_case_product_model_code_fkey"
        ),
        sa.ForeignKeyConstraint(["repeat_of"], ["service_case.id"], name="service_case_repeat_of_fkey"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="service_case_site_id_fkey"),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="service_case_territory_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="service_case_pkey"),
    )
    op.create_index("service_case_customer_id_idx", "service_case", ["customer_id"], unique=False)
    op.create_index("service_case_due_at_idx", "service_case", ["due_at"], unique=False)
    op.create_index("service_case_external_ref_key", "service_case", ["source", "external_ref"], unique=True)
    op.create_index("service_case_opened_at_idx", "service_case", ["opened_at", "id"], unique=False)
    op.create_index(
        "service_case_product_closed_idx", "service_case", ["installed_product_id", "closed_at"], unique=False
    )
    op.create_index("service_case_state_idx", "service_case", ["state"], unique=False)
    op.create_index("service_case_territory_state_idx", "service_case", ["territory_id", "state"], unique=False)
    op.create_table(
        "stock",
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("stock_on_hand_check")),
        sa.CheckConstraint("reserved <= on_hand", name=op.f("stock_available_check")),
        sa.CheckConstraint("reserved >= 0", name=op.f("stock_reserved_check")),
        sa.ForeignKeyConstraint(["location_id"], ["stock_location.id"], name="stock_location_id_fkey"),
        sa.ForeignKeyConstraint(["sku"], ["part.sku"], name="stock_sku_fkey"),
        sa.PrimaryKeyConstraint("location_id", "sku", name="stock_pkey"),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name="user_role_user_id_fkey"),
        sa.PrimaryKeyConstraint("user_id", "role", name="user_role_pkey"),
    )
    op.create_table(
        "sla_clock",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("name", CLOCK_NAME, nullable=False),
        sa.Column("target_seconds", sa.BigInteger(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.Column("warn_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("predicted", MOMENT, nullable=True),
        sa.Column("state", SLA_STATE, nullable=False),
        sa.Column("used_seconds", sa.Float(), nullable=False),
        sa.Column("stops", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("target_seconds > 0", name=op.f("sla_clock_target_check")),
        sa.ForeignKeyConstraint(["case_id"], ["service_case.id"], name="sla_clock_case_id_fkey"),
        sa.PrimaryKeyConstraint("case_id", "name", name="sla_clock_pkey"),
    )
    op.create_index("sla_clock_due_at_idx", "sla_clock", ["due_at"], unique=False)
    op.create_table(
        "clock_pause",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("clock", CLOCK_NAME, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", PAUSE_REASON, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id", "clock"],
            ["sla_clock.case_id", "sla_clock.name"],
            name="clock_pause_case_id_clock_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "clock", "position", name="clock_pause_pkey"),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("territory_id", sa.String(), nullable=False),
        sa.Column("site_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", VISIT_STATE, nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("next_step", sa.String(), nullable=True),
        sa.Column("step_number", sa.Integer(), nullable=False),
        sa.Column("step_since", MOMENT, nullable=True),
        sa.Column("responsible", ROLE, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("severity", SEVERITY, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("duration_seconds", sa.Integer(), nullable=False),
        sa.Column("skills", postgresql.JSONB(), nullable=False),
        sa.Column("tools", postgresql.JSONB(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("windows", postgresql.JSONB(), nullable=False),
        sa.Column("earliest", MOMENT, nullable=True),
        sa.Column("latest_sla_end", MOMENT, nullable=True),
        sa.Column("dispatch_due", MOMENT, nullable=True),
        sa.Column("on_site_due", MOMENT, nullable=True),
        sa.Column("preferred_engineer_id", sa.String(), nullable=True),
        sa.Column("excluded_engineers", postgresql.JSONB(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=True),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("departed_at", MOMENT, nullable=True),
        sa.Column("arrived_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("outcome", OUTCOME, nullable=True),
        sa.Column("report", postgresql.JSONB(), nullable=True),
        sa.Column("labour_cents", sa.BigInteger(), nullable=False),
        sa.Column("travel_cents", sa.BigInteger(), nullable=False),
        sa.Column("parts_cents", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("progress_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("duration_seconds > 0", name=op.f("visit_duration_check")),
        sa.CheckConstraint("priority BETWEEN 1 AND 5", name=op.f("visit_priority_check")),
        sa.ForeignKeyConstraint(["case_id"], ["service_case.id"], name="visit_case_id_fkey"),
        sa.ForeignKeyConstraint(["preferred_engineer_id"], ["engineer.id"], name="visit_preferred_engineer_id_fkey"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="visit_site_id_fkey"),
        sa.ForeignKeyConstraint(["territory_id"], ["territory.id"], name="visit_territory_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="visit_pkey"),
    )
    op.create_index("visit_case_id_idx", "visit", ["case_id"], unique=False)
    op.create_index("visit_territory_state_idx", "visit", ["territory_id", "state"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("engineer_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("arrival", MOMENT, nullable=False),
        sa.Column("finish", MOMENT, nullable=False),
        sa.Column(
            "during", postgresql.TSTZRANGE(), sa.Computed("tstzrange(arrival, finish)", persisted=True), nullable=True
        ),
        sa.Column("travel_seconds", sa.Integer(), nullable=False),
        sa.Column("window_start", MOMENT, nullable=True),
        sa.Column("window_end", MOMENT, nullable=True),
        sa.Column("state", BOOKING_STATE, nullable=False),
        sa.Column("plan_id", sa.String(), nullable=True),
        sa.Column("predicted_arrival", MOMENT, nullable=True),
        sa.Column("predicted_finish", MOMENT, nullable=True),
        sa.Column("made_by_role", ROLE, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("engineer_id"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("state IN ('planned', 'offered', 'confirmed', 'started')"),
            deferrable=True,
            initially="IMMEDIATE",
            using="gist",
            name="booking_engineer_excl",
        ),
        sa.CheckConstraint(
            "arrival < finish OR (arrival = finish AND state IN ('done', 'released'))", name=op.f("booking_order_check")
        ),
        sa.CheckConstraint("(window_start IS NULL) = (window_end IS NULL)", name=op.f("booking_window_check")),
        sa.CheckConstraint("travel_seconds >= 0", name=op.f("booking_travel_check")),
        sa.ForeignKeyConstraint(["engineer_id"], ["engineer.id"], name="booking_engineer_id_fkey"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="booking_plan_id_fkey"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="booking_visit_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="booking_pkey"),
    )
    op.create_index("booking_engineer_arrival_idx", "booking", ["engineer_id", "arrival"], unique=False)
    op.create_index("booking_visit_id_idx", "booking", ["visit_id"], unique=False)
    op.create_index(
        "booking_visit_occupied_key",
        "booking",
        ["visit_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('planned', 'offered', 'confirmed', 'started')"),
    )
    op.create_table(
        "case_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("visit_id", sa.String(), nullable=True),
        sa.Column("workflow_id", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("actor_role", ROLE, nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["service_case.id"], name="case_event_case_id_fkey"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="case_event_visit_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="case_event_pkey"),
        sa.UniqueConstraint("workflow_id", "command_id", "seq", name="case_event_workflow_id_command_id_seq_key"),
    )
    op.create_index("case_event_case_idx", "case_event", ["case_id", "id"], unique=False)
    op.create_index("case_event_visit_idx", "case_event", ["visit_id", "id"], unique=False)
    op.create_table(
        "serial_number",
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("state", SERIAL_STATE, nullable=False),
        sa.Column("location_id", sa.String(), nullable=True),
        sa.Column("used_in", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'in_stock') = (location_id IS NOT NULL)", name=op.f("serial_number_place_check")),
        sa.ForeignKeyConstraint(["location_id"], ["stock_location.id"], name="serial_number_location_id_fkey"),
        sa.ForeignKeyConstraint(["sku"], ["part.sku"], name="serial_number_sku_fkey"),
        sa.ForeignKeyConstraint(["used_in"], ["visit.id"], name="serial_number_used_in_fkey"),
        sa.PrimaryKeyConstraint("sku", "serial", name="serial_number_pkey"),
    )
    op.create_index("serial_number_location_idx", "serial_number", ["location_id", "sku"], unique=False)
    op.create_table(
        "unassigned_visit",
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="unassigned_visit_plan_id_fkey"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="unassigned_visit_visit_id_fkey"),
        sa.PrimaryKeyConstraint("plan_id", "visit_id", name="unassigned_visit_pkey"),
    )
    op.create_index("unassigned_visit_visit_id_idx", "unassigned_visit", ["visit_id"], unique=False)
    op.create_table(
        "reservation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("visit_id", sa.String(), nullable=False),
        sa.Column("location_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("source", PART_SOURCE, nullable=False),
        sa.Column("state", RESERVATION_STATE, nullable=False),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("reservation_quantity_check")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name="reservation_booking_id_fkey"),
        sa.ForeignKeyConstraint(["location_id"], ["stock_location.id"], name="reservation_location_id_fkey"),
        sa.ForeignKeyConstraint(["sku"], ["part.sku"], name="reservation_sku_fkey"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name="reservation_visit_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="reservation_pkey"),
    )
    op.create_index("reservation_booking_id_idx", "reservation", ["booking_id"], unique=False)
    op.create_index("reservation_visit_id_idx", "reservation", ["visit_id"], unique=False)
    op.create_table(
        "reservation_serial",
        sa.Column("reservation_id", sa.String(), nullable=False),
        sa.Column("sku", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["reservation_id"], ["reservation.id"], name="reservation_serial_reservation_id_fkey"),
        sa.ForeignKeyConstraint(
            ["sku", "serial"], ["serial_number.sku", "serial_number.serial"], name="reservation_serial_sku_serial_fkey"
        ),
        sa.PrimaryKeyConstraint("reservation_id", "sku", "serial", name="reservation_serial_pkey"),
    )
    op.create_index(
        "reservation_serial_held_key",
        "reservation_serial",
        ["sku", "serial"],
        unique=True,
        postgresql_where=sa.text("active"),
    )
    op.execute(REFUSE_CHANGE)
    op.execute(APPEND_ONLY)


def downgrade() -> None:
    op.drop_table("reservation_serial")
    op.drop_table("reservation")
    op.drop_table("unassigned_visit")
    op.drop_table("serial_number")
    op.drop_table("case_event")
    op.drop_table("booking")
    op.drop_table("visit")
    op.drop_table("clock_pause")
    op.drop_table("sla_clock")
    op.drop_table("user_role")
    op.drop_table("stock")
    op.drop_table("service_case")
    op.drop_table("stock_location")
    op.drop_table("shift")
    op.drop_table("installed_product")
    op.drop_table("engineer_tool")
    op.drop_table("engineer_skill")
    op.drop_table("app_user")
    op.drop_table("absence")
    op.drop_table("warehouse")
    op.drop_table("site")
    op.drop_table("plan")
    op.drop_table("engineer")
    op.drop_table("contact")
    op.drop_table("territory")
    op.drop_table("setting")
    op.drop_table("product_model")
    op.drop_table("part")
    op.drop_table("handled_command")
    op.drop_table("customer")
    op.execute("DROP FUNCTION refuse_audit_change()")
    op.execute("DROP SEQUENCE party_number")
    op.execute("DROP SEQUENCE case_number")
