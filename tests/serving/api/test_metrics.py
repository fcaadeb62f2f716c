"""The server's figures."""

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from core.common.access import access
from core.common.limits import limits
from core.serving.api.app import make_api


def test_requests_and_answers_are_counted(artifacts):
    with TestClient(make_api(artifacts, access({}), limits({}))) as client:
        for name in ("mug", "mug cup", "shoe"):
            answer = client.post("/v1/catalogues/tiny/classify", json={"name": name}).json()
            assert answer["needs_review"]
        client.post("/v1/catalogues/none/classify", json={})
        client.get("/v1/nothing/there")
        text = client.get("/metrics").text
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }

    def requests(method, path, status):
        return samples[
            ("product_lens_requests_total", ("method", method), ("path", path), ("status", status))
        ]

    path = "/v1/catalogues/{name}/classify"
    assert requests("POST", path, "200") == 3
    assert requests("POST", path, "404") == 1
    assert requests("other", "other", "404") == 1
    answers = {key: value for key, value in samples.items() if key[0] == "product_lens_answers_total"}
    assert sum(answers.values()) == 3
    assert all(("needs_review", "true") in key and ("catalogue", "tiny") in key for key in answers)
    counted = ("product_lens_request_seconds_count", ("method", "POST"), ("path", path))
    assert samples[counted] == 4
    assert samples[("product_lens_products_waiting",)] == 0
    assert samples[("product_lens_requests_under_way",)] == 1  # this one
