"""Guards: one Excel value comes in through few calls of ours; what each further one costs."""

from benchmarks.one_value import measured


def test_one_value_and_each_further_one_cost_few_calls():
    one, ten = measured(), measured(10)
    assert one.total() <= 1200
    assert (ten.total() - one.total()) / 9 <= 450
