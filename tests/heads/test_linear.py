import numpy as np

from core.heads.linear import REGRESSION_STRENGTHS, SVM_STRENGTHS
from tests.heads.products import products, rows, train, train_on


def test_validation_products_choose_the_strength():
    names = ("logistic_regression", "linear_svm")
    clear, noisy = ({name: train(name, noise=noise).settings["C"] for name in names} for noise in (0.05, 1.0))
    assert clear["logistic_regression"] > noisy["logistic_regression"]
    assert {*clear.values(), *noisy.values()} <= {*REGRESSION_STRENGTHS, *SVM_STRENGTHS}


def test_logistic_regression_agrees_with_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    X, y = rows()
    head = train_on("logistic_regression", X, y, X, y)
    plain = LogisticRegression(C=head.settings["C"], max_iter=1000, tol=1e-6).fit(X.astype(np.float64), y)
    assert np.abs(head.predict_proba(products(X)) - plain.predict_proba(X)).max() < 0.01
