"""A stock keeper moves, counts and writes off parts, and finds all of it in the list."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import a_console, add_user
from tests.browser.small import Office
from tests.e2e.stack import RunningStack

KEEPER = "keeper@example.com"


def test_a_keeper_moves_counts_and_writes_off_parts(
    small_company: RunningStack, office: Office, browser: Browser
) -> None:
    add_user(small_company, KEEPER, "Kim Keeper", "--role", "stock_keeper")
    office.post("/admin/parts", sku="FILTER-9", name="Filter", price_cents=900, serialised=False, active=True)
    office.post("/stock/receipts", territory="T1", location="W1", sku="FILTER-9", quantity=5)
    with a_console(small_company, browser) as console:
        console.sign_in(KEEPER, "/stock?tab=stock&text=FILTER", shows=".stock-screen")
        page = console.page
        acts = page.get_by_role("group", name="What to do")
        page.get_by_role("button", name="FILTER-9 at W1: use in the form").click()
        form = page.get_by_role("form", name="Transfer parts")
        expect(form.get_by_label("Part number")).to_have_value("FILTER-9")
        form.get_by_label("To").select_option("VAN-E1")
        form.get_by_label("Quantity").fill("9")
        form.get_by_label("Quantity").press("Enter")
        expect(form.get_by_role("alert")).to_contain_text(
            "W1 has 5 of FILTER-9, not 9. Check the number, or count them."
        )
        form.get_by_label("Quantity").fill("2")
        form.get_by_label("Note").fill("For Monday")
        form.get_by_label("Note").press("Enter")
        expect(page.locator(".toast")).to_contain_text("2 × FILTER-9 left W1.")
        row = page.get_by_role("row").filter(has_text="FILTER-9")
        expect(row.filter(has_text="VAN-E1").locator(".number")).to_have_text(["2", "0", "2"])
        expect(row.filter(has_text="W1").locator(".number")).to_have_text(["3", "0", "3"])
        console.picture("stock")

        acts.get_by_role("button", name="Count").click()
        form = page.get_by_role("form", name="Count parts")
        expect(form.get_by_role("status")).to_have_text(
            "W1 has 3 of FILTER-9 on record; 0 are reserved, of these 0 were sent."
        )
        form.get_by_label("Counted").fill("4")
        form.get_by_role("button", name="Save the count").click()
        expect(row.filter(has_text="W1").locator(".number")).to_have_text(["4", "0", "4"])
        acts.get_by_role("button", name="Write off").click()
        form = page.get_by_role("form", name="Write off parts")
        form.get_by_label("Reason").select_option("expired")
        form.get_by_label("Note").fill("Past its date")
        form.get_by_role("button", name="Write off").click()
        expect(row.filter(has_text="W1").locator(".number")).to_have_text(["3", "0", "3"])

        page.get_by_role("tab", name="Movements").click()
        lines = page.locator(".stock-table tbody tr")
        expect(lines).to_have_count(5)
        expect(lines.nth(0)).to_contain_text("Written off")
        expect(lines.nth(0)).to_contain_text("Expired · Past its date")
        expect(lines.nth(0)).to_contain_text("Stock keeper keeper")
        expect(lines.nth(1).locator(".number")).to_have_text(["+1", "", "4"])
        expect(lines.filter(has_text="to VAN-E1")).to_contain_text("For Monday")
        console.picture("stock-movements")
        page.get_by_label("What").select_option("written_off")
        expect(lines).to_have_count(1)
        page.get_by_label("What").select_option("used")
        expect(page.locator(".empty")).to_contain_text("No movement fits.")
