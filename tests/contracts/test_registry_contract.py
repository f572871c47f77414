"""What every registry promises: see `chinwag.server.ports.registry`."""

from chinwag.server.ports.registry import Entered, Held, Registry


async def _here(registry: Registry, *users: str) -> set[str]:
    found = await registry.where(users)
    assert len(found) <= 1
    return {user for there in found.values() for user in there}


async def test_who_entered_is_somewhere(registry: Registry) -> None:
    await registry.enter("ann", "phone")
    await registry.enter("bob", "laptop")
    assert await _here(registry, "ann", "bob", "eve") == {"ann", "bob"}
    assert await _here(registry, "ann") == {"ann"}


async def test_nobody_is_nowhere(registry: Registry) -> None:
    assert await registry.where(["ann"]) == {}
    await registry.enter("ann", "phone")
    assert await registry.where([]) == {}
    assert await registry.where(["eve"]) == {}


async def test_epochs_of_a_device_grow(registry: Registry) -> None:
    epochs = [(await registry.enter("ann", "phone")).epoch for _ in range(5)]
    assert epochs == sorted(set(epochs))
    await registry.leave("ann", "phone", epochs[-1])
    assert (await registry.enter("ann", "phone")).epoch > epochs[-1]


async def test_a_user_is_gone_with_the_last_of_the_devices(registry: Registry) -> None:
    phone = (await registry.enter("ann", "phone")).epoch
    laptop = (await registry.enter("ann", "laptop")).epoch
    await registry.leave("ann", "phone", phone)
    assert await _here(registry, "ann") == {"ann"}
    await registry.leave("ann", "laptop", laptop)
    assert await _here(registry, "ann") == set()


async def test_an_older_session_cannot_take_the_newer_one_out(registry: Registry) -> None:
    older = (await registry.enter("ann", "phone")).epoch
    newer = (await registry.enter("ann", "phone")).epoch
    await registry.leave("ann", "phone", older)
    assert await _here(registry, "ann") == {"ann"}
    await registry.leave("ann", "phone", newer)
    assert await _here(registry, "ann") == set()


async def test_leaving_twice_or_without_having_come_is_harmless(registry: Registry) -> None:
    epoch = (await registry.enter("ann", "phone")).epoch
    await registry.enter("ann", "laptop")
    await registry.leave("ann", "phone", epoch)
    await registry.leave("ann", "phone", epoch)
    await registry.leave("eve", "watch", 1)
    assert await _here(registry, "ann", "eve") == {"ann"}


async def test_a_device_belongs_to_who_entered_last_with_it(registry: Registry) -> None:
    older = (await registry.enter("ann", "tablet")).epoch
    await registry.enter("bob", "tablet")
    assert await _here(registry, "ann", "bob") == {"bob"}
    await registry.leave("ann", "tablet", older)
    assert await _here(registry, "ann", "bob") == {"bob"}


async def test_devices_are_where_their_sessions_are(registry: Registry) -> None:
    phone = (await registry.enter("ann", "phone")).epoch
    await registry.enter("ann", "laptop")
    await registry.enter("bob", "tablet")
    found = await registry.devices(["ann", "eve"])
    assert found == {"phone": registry.node, "laptop": registry.node}
    await registry.leave("ann", "phone", phone)
    assert set(await registry.devices(["ann"])) == {"laptop"}


async def test_to_enter_again_keeps_the_epoch_and_yields_to_newer_ones(registry: Registry) -> None:
    older = (await registry.enter("ann", "phone")).epoch
    only = (await registry.enter("bob", "tablet")).epoch
    held = [Held("phone", "ann", older), Held("tablet", "bob", only)]
    entered = {"phone": Entered(older), "tablet": Entered(only)}
    assert await registry.enter_again(held) == entered
    await registry.enter("ann", "phone")
    assert await registry.enter_again(held) == {"tablet": Entered(only)}
    await registry.leave("bob", "tablet", only)
    assert await _here(registry, "ann", "bob") == {"ann"}


async def test_a_node_is_among_the_live_ones(registry: Registry) -> None:
    assert registry.node in await registry.nodes()
