"""Somebody fills our own form in: with the keyboard alone, without scripts, on a phone, and in the dark."""

import contextlib
import struct

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.wait import WebDriverWait

pytestmark = pytest.mark.journey
FIELDS = ["hours", "date", "project", "description", "tags", "billable"]


def focused(driver):
    return driver.switch_to.active_element


def press(driver, *keys):
    for key in keys:
        focused(driver).send_keys(key)


def by_id(driver, name):
    return driver.find_element(By.ID, name)


def heading(driver):
    return driver.find_element(By.TAG_NAME, "h1").text


@contextlib.contextmanager
def leaving(driver):
    """Wait until the page has given way to another: whoever presses a key does not wait for it."""
    before = driver.find_element(By.TAG_NAME, "html")
    yield
    WebDriverWait(driver, 20).until(expected_conditions.staleness_of(before))


def look_until_logged(driver, patience):
    def look():
        if heading(driver) == "Logged":
            return True
        with leaving(driver):
            driver.find_element(By.LINK_TEXT, "Look again").send_keys(Keys.ENTER)
        return False

    patience(look)


def described(instance, text):
    return [entry for entry in instance.books() if text in entry["description"]]


def opened(driver, instance, patience):
    """Follow a signed link once Noko's projects are known."""

    def look():
        driver.get(instance.link())
        return by_id(driver, "project").tag_name == "select"

    patience(look)


def test_with_the_keyboard_alone_a_mistake_is_mended_and_the_work_is_logged(instance, chromium, patience):
    driver = chromium()
    opened(driver, instance, patience)
    assert driver.current_url == f"{instance.url}/forms/timesheet"
    assert "jane@acme.example" in driver.find_element(By.TAG_NAME, "main").text

    press(driver, Keys.TAB)
    assert focused(driver).get_attribute("id") == "hours"
    press(driver, "soon")
    for _ in range(6):  # a date has a stop for each of its parts, and one for its calendar
        if focused(driver).get_attribute("id") != "project":
            press(driver, Keys.TAB)
    assert focused(driver).get_attribute("id") == "project"
    press(driver, "Gear", Keys.TAB, "Hung the lanterns", Keys.TAB, "coast", Keys.TAB, Keys.TAB)
    assert focused(driver).accessible_name == "Log this time"
    with leaving(driver):
        press(driver, Keys.ENTER)

    summary = focused(driver)
    assert "There is a mistake; nothing was logged" in summary.text
    assert summary.accessible_name == "There is a mistake; nothing was logged"
    assert driver.title.startswith("Error: ")
    press(driver, Keys.TAB)
    assert "cannot read 'soon'" in focused(driver).text.lower().replace("hours: ", "", 1)
    press(driver, Keys.ENTER)
    hours = focused(driver)
    assert (hours.get_attribute("id"), hours.get_attribute("value")) == ("hours", "soon")
    assert hours.get_attribute("aria-invalid") == "true"
    assert by_id(driver, "hours-error").is_displayed()
    assert by_id(driver, "description").get_attribute("value") == "Hung the lanterns"
    assert by_id(driver, "tags").get_attribute("value") == "coast"
    assert described(instance, "Hung the lanterns") == []

    with leaving(driver):
        press(driver, Keys.CONTROL + "a", "1h30m", Keys.ENTER)
    assert heading(driver) in {"Taken", "Logged"}
    told = driver.find_element(By.TAG_NAME, "main").text
    assert all(part in told for part in ("1 h 30 min", "Gear GmbH", "Hung the lanterns #coast", "jane@acme.example"))
    look_until_logged(driver, patience)
    (entry,) = described(instance, "Hung the lanterns")
    assert (entry["minutes"], entry["project"]["name"]) == (90, "Gear GmbH")
    assert entry["user"]["email"] == "jane@acme.example"


def test_going_back_and_reloading_send_nothing_twice(instance, chromium, patience):
    driver = chromium()
    opened(driver, instance, patience)
    by_id(driver, "project").send_keys("Website")
    by_id(driver, "description").send_keys("Wound the clock")
    with leaving(driver):
        by_id(driver, "hours").send_keys("0:45", Keys.ENTER)
    driver.refresh()
    look_until_logged(driver, patience)
    driver.refresh()
    driver.back()
    driver.forward()
    assert len(described(instance, "Wound the clock")) == 1


def test_without_scripts_a_team_logs_in_and_fills_it_in(instance, chromium, patience):
    driver = chromium(scripts=False)
    driver.get("data:text/html,<p id=p>off</p><script>document.getElementById('p').textContent='on'</script>")
    assert by_id(driver, "p").text == "off"
    driver.get(f"{instance.url}/forms/team")
    with leaving(driver):
        by_id(driver, "password").send_keys("not the password", Keys.ENTER)
    assert focused(driver).get_attribute("id") == "password"
    assert by_id(driver, "password-error").text == "This is not the password"
    with leaving(driver):
        by_id(driver, "password").send_keys("correct horse battery", Keys.ENTER)
    options = [option.text for option in by_id(driver, "project").find_elements(By.TAG_NAME, "option")]
    assert options == ["Choose a project", "Gear GmbH", "Website"]
    with leaving(driver):
        by_id(driver, "hours").send_keys("2", Keys.ENTER)
    links = [link.get_attribute("href").partition("#")[2] for link in driver.find_elements(By.CSS_SELECTOR, "li a")]
    assert links == ["email", "project"]
    by_id(driver, "email").send_keys("sam@acme.example")
    by_id(driver, "project").send_keys("Website")
    by_id(driver, "billable").click()
    by_id(driver, "description").send_keys("Painted the door")
    with leaving(driver):
        driver.find_element(By.TAG_NAME, "button").click()
    look_until_logged(driver, patience)
    (entry,) = described(instance, "Painted the door")
    assert (entry["minutes"], entry["billable"], entry["user"]["email"]) == (120, False, "sam@acme.example")


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1000, True)], ids=["on a phone", "on a desk, in the dark"])
def test_nothing_sticks_out_and_everything_has_a_name(instance, chromium, patience, tmp_path, width, dark):
    driver = chromium(width=width, dark=dark)
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
    opened(driver, instance, patience)
    with leaving(driver):
        by_id(driver, "hours").send_keys("soon", Keys.ENTER)
    page = driver.find_element(By.TAG_NAME, "html")
    assert page.get_property("scrollWidth") <= width
    assert page.get_attribute("lang") == "en"
    assert len(driver.find_elements(By.TAG_NAME, "h1")) == 1
    controls = {name: by_id(driver, name) for name in FIELDS}
    assert [control.accessible_name for control in controls.values()] == [
        "Hours", "Date", "Project", "What did you do?", "Tags", "Billable",
    ]  # fmt: skip
    roles = [control.aria_role for control in controls.values()]
    assert (roles[0], roles[2], roles[3], roles[5]) == ("textbox", "combobox", "textbox", "checkbox")
    for control in controls.values():
        box = control.rect
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= (44 if control.get_attribute("type") != "checkbox" else 22)
    body = driver.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
    assert body == ("rgba(20, 24, 28, 1)" if dark else "rgba(255, 255, 255, 1)")
    beside = controls["date"].rect["y"] == pytest.approx(controls["hours"].rect["y"], abs=4)
    assert beside is (width > 416)
    picture = tmp_path / "page.png"
    assert driver.save_screenshot(str(picture))
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (width, 900)
    complaints = [line["message"] for line in driver.get_log("browser") if "Content Security Policy" in line["message"]]
    assert complaints == []
