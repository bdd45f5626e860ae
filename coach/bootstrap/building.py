"""``build(settings)`` puts the services together."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

from sqlalchemy import URL, Engine

from coach.bootstrap.keys import load_keys
from coach.bootstrap.library import LibraryStores, library_stores
from coach.bootstrap.searching import make_search
from coach.bootstrap.services import Services, new_id, now
from coach.calls.audio import AudioLimits
from coach.calls.erasing import Erasing
from coach.calls.glossary import GlossaryStore
from coach.calls.hearing import Hearing
from coach.calls.intake import Intake
from coach.calls.masking.destroying import Destroying
from coach.calls.masking.gate import Gate
from coach.calls.repairing import Repairing
from coach.calls.retention import Retention
from coach.calls.sealing.keyring import Keyring
from coach.calls.sealing.rotation import Rotation
from coach.calls.spoken import Dictation
from coach.game.host import Host
from coach.game.joining import Joining
from coach.game.odds import NextStore
from coach.game.reading import Reader
from coach.library.benchmark import BenchmarkStore
from coach.library.meaning import Meaning
from coach.people.signing import Signing
from coach.settings import Settings
from coach.store.accounts import SqlAccountStore
from coach.store.agenda import SqlAgenda
from coach.store.audit import SqlAuditLog
from coach.store.benchmarks import SqlBenchmarkStore
from coach.store.calls import SqlCallStore
from coach.store.clips import SqlChoiceStore, SqlClipStore
from coach.store.counterparts import SqlCounterpartStore
from coach.store.desk import SqlDeskStore
from coach.store.doors import SqlDoorStore
from coach.store.engine import migrate, open_engine
from coach.store.erasing import SqlEraseStore
from coach.store.experiments import SqlExperimentStore
from coach.store.forms import SqlFormStore
from coach.store.glossary import SqlGlossaryStore
from coach.store.jobs import SqlJobQueue
from coach.store.learned import SqlLearnedStore
from coach.store.objections import SqlObjectionStore
from coach.store.odds import SqlNextStore
from coach.store.packs import SqlPackStore
from coach.store.people import SqlTeamStore
from coach.store.picks import SqlPickStore
from coach.store.rewriting import SqlRewriter
from coach.store.sealing import SqlSealedRows
from coach.store.sessions import SqlSessionStore
from coach.store.spoken import SqlSpokenStore


def build(settings: Settings, *, migrated: bool = False) -> Services:
    """Open the database, migrated unless told it is. Raises DatabaseProblem, SealingError, BadInput."""
    settings.data.mkdir(parents=True, exist_ok=True)
    keys = load_keys(settings)
    engine = _engine(settings, migrated)
    calls, glossary = SqlCallStore(engine, now, keys), SqlGlossaryStore(engine, now)
    hearing = Hearing(settings.audio, settings.clips, keys)
    gate = Gate(clips := SqlClipStore(engine, now), SqlChoiceStore(engine, now, keys), hearing)
    return Services(
        settings=settings,
        engine=engine,
        calls=calls,
        glossary=glossary,
        repairing=Repairing(calls, SqlDeskStore(engine, now, keys), glossary, new_id=new_id),
        teams=(people := _people(engine))[0],
        packs=(packs := SqlPackStore(engine)),
        benchmarks=(benchmarks := SqlBenchmarkStore(engine)),
        jobs=SqlJobQueue(engine, lease=settings.lease, new_id=new_id, now=now),
        hearing=hearing,
        dictation=_dictation(settings, engine, keys, glossary),
        intake=_intake(settings, calls, hearing),
        gate=gate,
        clips=clips,
        audit=(audit := people[1]),
        signing=people[2],
        objections=SqlObjectionStore(engine),
        erasing=(erasing := Erasing(SqlEraseStore(engine, now), hearing)),
        destroying=Destroying(calls, SqlRewriter(engine, keys), hearing, audit),
        retention=Retention(calls, erasing, settings.keep_days, now=now, monotonic=time.monotonic),
        rotation=_rotation(engine, keys, hearing),
        agenda=SqlAgenda(engine),
        forms=SqlFormStore(engine),
        experiments=SqlExperimentStore(engine, now),
        nexts=(nexts := SqlNextStore(engine, now, keys)),
        library=(library := _library(settings, engine, benchmarks, gate)),
        search=(search := make_search(settings, benchmarks, library.limits, glossary, now)),
        host=(host := _host(engine, packs, gate, nexts, Meaning(search.model))),
        joining=Joining(host, SqlDoorStore(engine), now=now),
        zone=ZoneInfo(settings.time_zone),
    )


def _host(
    engine: Engine, packs: SqlPackStore, gate: Gate, nexts: NextStore, meaning: Meaning
) -> Host:
    return Host(
        SqlSessionStore(engine),
        packs,
        gate,
        learned := SqlLearnedStore(engine, now),
        Reader(meaning, learned),
        nexts,
        SqlPickStore(engine),
        SqlCounterpartStore(engine),
        new_id=new_id,
        now=now,
    )


def _intake(settings: Settings, calls: SqlCallStore, hearing: Hearing) -> Intake:
    limits = AudioLimits(most_hours=settings.max_hours)
    return Intake(calls, hearing, settings.incoming, limits, new_id=new_id, now=now)


def _dictation(
    settings: Settings, engine: Engine, keys: Keyring, glossary: GlossaryStore
) -> Dictation:
    folder = settings.data / "spoken"
    store = SqlSpokenStore(engine, keys)
    return Dictation(store, folder, keys, glossary, new_id=new_id, now=now)


def _library(
    settings: Settings, engine: Engine, benchmarks: BenchmarkStore, gate: Gate
) -> LibraryStores:
    zone = ZoneInfo(settings.time_zone)
    return library_stores(
        engine,
        benchmarks,
        gate,
        new_id=new_id,
        now=now,
        today=lambda: now().astimezone(zone).date(),
    )


def _engine(settings: Settings, migrated: bool) -> Engine:
    engine = open_engine(database(settings))
    if not migrated:
        migrate(engine, settings.data / "migrate.lock")
    return engine


def _rotation(engine: Engine, keys: Keyring, hearing: Hearing) -> Rotation:
    rotation = Rotation(keys, SqlSealedRows(engine, keys), hearing)
    rotation.check()
    keys.watch(rotation.noted)
    return rotation


def _people(engine: Engine) -> tuple[SqlTeamStore, SqlAuditLog, Signing]:
    teams, audit = SqlTeamStore(engine, new_id=new_id, now=now), SqlAuditLog(engine, now)
    return teams, audit, Signing(SqlAccountStore(engine), teams, audit, new_id=new_id, now=now)


def database(settings: Settings) -> str | URL:
    """The URL set, or that of the SQLite file in the data folder, whatever its name holds."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return URL.create("sqlite", database=str(settings.data / "coach.db"))
