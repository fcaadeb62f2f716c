from tests.heads.members import TEXT, gains


def test_a_stack_is_better_than_its_better_member():
    stacked, single = gains("stacking", seed=1)
    assert stacked > max(single.values()) + 0.01


def test_a_useless_member_does_no_harm():
    stacked, single = gains("stacking", seed=2, image=0.0)
    assert stacked > single[TEXT] - 0.005
