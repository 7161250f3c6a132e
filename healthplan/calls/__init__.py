"""Our own calls, scored: every status rule replayed at each past origin of the figures at hand.

``score_calls`` gives one row a rule (ours, the published ones, trivial ones) on identical past
goals: how often it was right, abstained and flipped, how often "on course" came true.
``reliability_of_calls`` shows whether our probabilities keep their word.
"""
