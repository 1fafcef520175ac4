"""Signing in and out, the languages and the colours."""

from tests.browser.conftest import DISPATCHER, Console


def test_a_wrong_password_is_told_with_what_to_do(console: Console) -> None:
    console.page.goto(console.origin)
    console.page.fill("input[name=email]", DISPATCHER)
    console.page.fill("input[name=password]", "not the password at all")
    console.page.click("form button.primary")
    assert console.page.inner_text("[role=alert]") == "E-mail or password is wrong. Check both and try again."
    console.picture("sign-in")


def test_who_signs_in_sees_the_screens_of_the_role_and_can_sign_out(console: Console) -> None:
    console.sign_in()
    assert "Board" in console.page.inner_text(".top-bar nav")
    console.page.click(".top-bar .menu summary")
    console.page.click("text=Sign out")
    console.page.wait_for_selector("input[name=password]")


def test_the_language_and_the_colours_stay_as_they_were_chosen(console: Console) -> None:
    console.page.goto(console.origin)
    console.page.click("button[lang='zh-CN']")
    assert console.page.inner_text("form button.primary") == "登录"
    console.page.reload()
    assert console.page.inner_text("form button.primary") == "登录"
    assert console.page.get_attribute("html", "lang") == "zh-CN"
