"""The whole service on a Cluster of three nodes."""

from pathlib import Path

import pytest

from tests.e2e import people, services
from tests.fixtures.cluster import RunningCluster
from web.replay.desk import Desk

PREFIX = "frontdesk"


@pytest.mark.timeout(120)
async def test_a_chat_goes_from_customer_to_agent_on_a_cluster(
    service_folder: Path, sqlite_url: str, cluster: RunningCluster
) -> None:
    """Two web processes: routing pairs them, and every line crosses; all that is kept is on one node."""
    with services.several(service_folder, sqlite_url, redis_url=cluster.url) as service:
        async with Desk(service.urls) as desk:
            await desk.sign_in(service.admin)
            async with people.pair(desk) as pair:
                for _ in range(3):
                    await pair.exchange()
        holders = [node for node in cluster.nodes if node.client.dbsize()]
        assert holders == [cluster.owner(PREFIX)]
