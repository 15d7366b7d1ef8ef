"""Loads a registry package into billing and readings: checked first, once, all or nothing."""

import heapq
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deploy.registry.assemble import Batch, batches
from deploy.registry.format import ACCOUNTS, RETAILER_INN
from deploy.registry.manifest import Manifest, Refused
from deploy.registry.rejects import SHOWN, Rejects
from deploy.registry.store import Loaded, Store, StoreFailed
from deploy.registry.tables import BILLING, TABLES
from deploy.registry.verify import Verified, verify

LOADED, SOME_REJECTED, FAILED = 0, 1, 2
_BATCHES_AHEAD = 2


def run(
    directory: Path,
    databases: Mapping[str, str],
    *,
    report: Path | None = None,
    retailer_inn: str = RETAILER_INN,
    console: Console | None = None,
) -> int:
    """Loads the package in `directory`; `databases` are the URLs of billing's and readings' databases.

    Rejected lines go to `report` (default: <directory>.rejects.csv, beside it). Returns the exit code: 0 all
    loaded, 1 loaded without the rejected accounts, 2 not loaded.
    """
    console = console or Console(highlight=False, soft_wrap=True)
    directory = directory.resolve()
    report = report or directory.with_name(directory.name + ".rejects.csv")
    try:
        with console.status("Checking the package against its manifest"):
            package = verify(directory, retailer_inn)
        with ExitStack() as stack:
            stores = [Store(service, databases[service], stack) for service in TABLES]
            return _load(package, stores, report, console)
    except (Refused, StoreFailed) as failure:
        console.print(f"Not loaded: {failure}", markup=False)
    except OSError as failure:
        console.print(f"Not loaded: {failure.strerror}: {failure.filename}", markup=False)
    return FAILED


def _load(package: Verified, stores: list[Store], report: Path, console: Console) -> int:
    manifest = package.manifest
    known = {store: store.loaded(manifest) for store in stores}
    for store, loaded in known.items():
        if loaded and loaded.digest != manifest.digest:
            raise Refused(
                f"package {manifest.package} is in {store.service} already, with other content; "
                "a changed package needs an id of its own"
            )
    waiting = [store for store, loaded in known.items() if loaded is None]
    if not waiting:
        return _told_before(manifest, known, console)
    # Billing is asked even if it has this package: a load killed between its commits must end as it began.
    asked = [store for store in stores if store.service == BILLING or store in waiting]
    existing = heapq.merge(*(store.existing(manifest) for store in asked))
    with Rejects(report) as rejects:
        accounts = _copy(package, waiting, existing, rejects, console)
        for store in waiting:
            store.finish(manifest, accounts, rejects.accounts)
    _commit(waiting)
    console.print(
        f"Loaded package {manifest.package} as of {manifest.as_of}: {accounts} accounts", markup=False
    )
    _tell(rejects, console)
    return SOME_REJECTED if rejects.accounts else LOADED


def _copy(
    package: Verified, stores: list[Store], existing: Iterator[str], rejects: Rejects, console: Console
) -> int:
    """Parses the next batch while each database takes in the one before; returns the number of accounts."""
    accounts = 0
    # The writing threads wait for the interpreter at every 32 KiB they send: at the default 5 ms a wait, longer
    # than for the database.
    sys.setswitchinterval(0.0005)
    columns = TextColumn("Loading accounts"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with ExitStack() as stack:
        progress = stack.enter_context(Progress(*columns, console=console))
        task = progress.add_task("", total=package.manifest.part(ACCOUNTS.file).rows)
        writers = {store: stack.enter_context(ThreadPoolExecutor(1, store.service)) for store in stores}
        under_way: deque[tuple[int, list[Future[None]]]] = deque()
        for batch in batches(package, existing, rejects):
            under_way.append((batch.accounts, [_send(writers[store], store, batch) for store in stores]))
            accounts += batch.accounts
            while len(under_way) > _BATCHES_AHEAD:
                progress.advance(task, _wait(*under_way.popleft()))
        while under_way:
            progress.advance(task, _wait(*under_way.popleft()))
        progress.update(task, completed=accounts + rejects.accounts)
    return accounts


def _send(writer: ThreadPoolExecutor, store: Store, batch: Batch) -> Future[None]:
    return writer.submit(store.copy, batch.text(store.service))


def _wait(accounts: int, copies: list[Future[None]]) -> int:
    for copy in copies:
        copy.result()
    return accounts


def _commit(stores: list[Store]) -> None:
    done: list[str] = []
    for store in stores:
        try:
            store.commit()
        except StoreFailed as failure:
            if done:
                raise StoreFailed(
                    f"{failure} ({', '.join(done)} is loaded: run the import again to finish)"
                ) from failure
            raise
        done.append(store.service)


def _told_before(manifest: Manifest, known: Mapping[Store, Loaded | None], console: Console) -> int:
    loaded = next(loaded for loaded in known.values() if loaded)
    console.print(
        f"Package {manifest.package} is already loaded: "
        f"{loaded.accounts} accounts, {loaded.rejected} rejected then",
        markup=False,
    )
    return SOME_REJECTED if loaded.rejected else LOADED


def _tell(rejects: Rejects, console: Console) -> None:
    if not rejects.accounts:
        return
    console.print(f"Rejected {rejects.accounts} accounts:", markup=False)
    for fault in rejects.first[:SHOWN]:
        console.print(f"  {fault.file} line {fault.line}: {fault.account!r}: {fault.reason}", markup=False)
    console.print(f"All of them with their reasons: {rejects.path}", markup=False)
