from core.building.learning_curve import LearningPoint
from core.evaluation.intervals import wilson
from core.views.models.learning_chart import learning_chart, learning_sentence, learning_table

STEEP = [LearningPoint(100, 1.0, wilson(250, 500)), LearningPoint(200, 0.99, wilson(400, 500))]
FLAT = [LearningPoint(100, 1.0, wilson(395, 500)), LearningPoint(200, 0.99, wilson(400, 500))]


def test_both_accuracies_are_drawn():
    test, training = learning_chart(STEEP).data
    assert list(test.x) == list(training.x) == [100, 200]
    assert list(test.y) == [0.5, 0.8]
    assert list(training.y) == [1.0, 0.99]
    assert test.y[1] + test.error_y.array[1] == wilson(400, 500).high


def test_whether_more_products_would_help():
    assert "+30.0 points, to 80.0%" in learning_sentence(STEEP)
    assert learning_sentence(STEEP).endswith("More products would probably help.")
    assert "could be chance" in learning_sentence(FLAT)
    assert "too few" in learning_sentence(STEEP[:1])


def test_the_table_has_a_row_a_point():
    table = learning_table(STEEP)
    assert table["Training products"].tolist() == [100, 200]
    assert (table["Low"] < table["Accuracy, test"]).all()
