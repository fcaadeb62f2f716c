"""The map's parts as Streamlit calls them, without Streamlit: what is left when calls overtake each other."""

import numpy as np
import pytest

from core.ui.maps.script import map_script
from core.views.maps import layers as maps
from core.views.maps.message import map_message, points_message

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALLS = """async ([script, points, map]) => {
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const { default: part } = await import(address);
    const place = () => document.body.appendChild(document.createElement("div"));
    const call = (data, parentElement) => part({ data: new TextEncoder().encode(data), parentElement });
    const drawn = async (where) => {
        for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
        return where.querySelector(".map").dataset.drawn ?? "nothing";
    };
    const [one, other, third] = [place(), place(), place()];
    const twice = (data, where) => {
        const overtaken = call(data, where), last = call(data, where);
        overtaken();
        return last;
    };
    const clear = [twice(points, one), twice(map, other)];
    const before = await drawn(other);
    twice(map, other);
    const gl = other.querySelector(".map").map.renderer.gl;
    const lost = [gl.isContextLost()];
    for (const where of [one, other]) where.remove();
    for (const each of clear) each();
    lost.push(gl.isContextLost());
    call(map, third);
    return [before, await drawn(third), lost];
}"""


def test_an_overtaken_call_clears_nothing_and_a_part_that_is_gone_clears_all(chromium):
    page = chromium.new_page()
    layers = [maps.Layer("mug", np.arange(3))]
    points = points_message("p", np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]]))
    drawing = map_message(layers, 3, points="p", texts="t", dims=2, alt="a map")
    outcome = page.evaluate(CALLS, [map_script(), points.decode(), drawing.decode()])
    assert outcome == ["3", "nothing", [False, True]]
    page.close()


SENT_AT_ONCE = """async ([script, points, map]) => {
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const { default: component } = await import(address);
    const batches = [];
    let batch = null;
    const setTriggerValue = (name, value) => {  // as Streamlit gathers what is sent
        if (!batch) {
            batch = [];
            setTimeout(() => { batches.push(batch); batch = null });
        }
        batch.push([name, value]);
    };
    const place = () => document.body.appendChild(document.createElement("div"));
    const call = (data, parentElement) =>
        component({ data: new TextEncoder().encode(data), parentElement, setTriggerValue });
    const places = [place(), place()];
    call(points, place());
    for (const each of places) call(map, each);
    places.forEach((each, row) => each.querySelector(".map").map.pick([row], false));
    const pause = () => new Promise((done) => setTimeout(done, 50));
    for (let turn = 0; batches.length < places.length && turn < 200; turn++) await pause();
    await pause();
    return batches;
}"""


def test_what_two_parts_send_at_once_is_not_gathered(chromium):
    page = chromium.new_page()
    points = points_message("p", np.array([[0.0, 1.0], [1.0, 0.0]]))
    drawing = map_message([maps.Layer("mug", np.arange(2))], 2, points="p", texts="t", dims=2, alt="a map")
    batches = page.evaluate(SENT_AT_ONCE, [map_script(), points.decode(), drawing.decode()])
    assert batches == [[["picked", [0]]], [["picked", [1]]]]
    page.close()


WITHOUT_WEBGL = """async ([script, points, map]) => {
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
        return kind === "2d" ? getContext.call(this, kind, ...more) : null;
    };
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const { default: component } = await import(address);
    for (const message of [points, map]) {
        const parentElement = document.body.appendChild(document.createElement("div"));
        component({ data: new TextEncoder().encode(message), parentElement });
    }
    for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
    const [canvas] = document.querySelectorAll(".map canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return [document.querySelector(".map").dataset.drawn, data.some((value) => value > 0)];
}"""


def test_a_browser_without_webgl_draws_the_points_too(chromium):
    page = chromium.new_page()
    points = points_message("p", np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]]))
    drawing = map_message([maps.Layer("mug", np.arange(3))], 3, points="p", texts="t", dims=2, alt="a map")
    outcome = page.evaluate(WITHOUT_WEBGL, [map_script(), points.decode(), drawing.decode()])
    assert outcome == ["3", True]
    page.close()
