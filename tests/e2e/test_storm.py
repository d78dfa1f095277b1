"""A short run of chance; ``make chaos`` does the long ones."""

from tests.chaos.storm import Storm


def test_a_storm_of_faults_kills_and_reloads_loses_nothing(person, server):
    report = Storm(server, person, seed=11).run(18)

    assert report.is_clean, report
    assert report.written > 5
    assert report.kills
