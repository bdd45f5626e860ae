"""Every error that a person may meet, in one tree.

CoachError
├── AudioError: EmptyFile, NotAudio, NoSamples, TruncatedAudio, UnsupportedAudio, TooShort,
│               TooLong, SpokenTooLong, SilentAudio, UploadTooLarge
├── TranscriptError: BadTranscript, TranscriptTimes, TranscriptMismatch
├── ModelError: ModelNotFound, ModelIncomplete, ModelDamaged, BadModelArchive, DownloadFailed
├── Conflict: AlreadyImported, JobRunning, SessionEnded, StepLocked, NotDue, DoorLocked,
│             RepairConflict, StillTranscribing, WasErased
├── NotFound
├── NotAllowed, NameTaken, SignedOut, WrongPassword, WrongCode, TooManyTries, CompanySignIn, NoAccount,
│   NotHearable, NotListened, StillListening, NotReleased, Blocked,
│   Objected
├── NoExchanges, BadInput, BadGlossary, TooFewPairs, NoEmbedder,
│   SamePerson, AlreadyDecided, BadReport, BadBundle, BadTemplate
├── SealingError: KeyFileGone, KeyUnusable, KeyMissing, SealBroken
└── StorageError: DiskFull, DatabaseProblem

Each class carries a stable ``code``, the sentence in Chinese and English, and what to do next in
both. The sentences are templates over the keyword fields given when it is raised.
"""

from coach.errors.access import (
    Blocked,
    CompanySignIn,
    NameTaken,
    NoAccount,
    NotAllowed,
    NotHearable,
    NotListened,
    NotReleased,
    Objected,
    SignedOut,
    StillListening,
    TooManyTries,
    WrongCode,
    WrongPassword,
)
from coach.errors.base import (
    CoachError,
    all_errors,
)
from coach.errors.general import (
    AlreadyImported,
    BadInput,
    Conflict,
    DatabaseProblem,
    DiskFull,
    DoorLocked,
    JobRunning,
    NotDue,
    NotFound,
    RepairConflict,
    SessionEnded,
    StepLocked,
    StillTranscribing,
    StorageError,
    UnexpectedProblem,
    WasErased,
)
from coach.errors.library import (
    AlreadyDecided,
    BadBundle,
    BadReport,
    BadTemplate,
    NoEmbedder,
    SamePerson,
    TooFewPairs,
)
from coach.errors.models import (
    BadModelArchive,
    DownloadFailed,
    ModelDamaged,
    ModelError,
    ModelIncomplete,
    ModelNotFound,
)
from coach.errors.recordings import (
    AudioError,
    BadGlossary,
    BadTranscript,
    EmptyFile,
    NoExchanges,
    NoSamples,
    NotAudio,
    SilentAudio,
    SpokenTooLong,
    TooLong,
    TooShort,
    TranscriptError,
    TranscriptMismatch,
    TranscriptTimes,
    TruncatedAudio,
    UnsupportedAudio,
    UploadTooLarge,
)
from coach.errors.sealing import (
    KeyFileGone,
    KeyMissing,
    KeyUnusable,
    SealBroken,
    SealingError,
)

__all__ = [
    "AlreadyDecided",
    "AlreadyImported",
    "AudioError",
    "BadBundle",
    "BadGlossary",
    "BadInput",
    "BadModelArchive",
    "BadReport",
    "BadTemplate",
    "BadTranscript",
    "Blocked",
    "CoachError",
    "CompanySignIn",
    "Conflict",
    "DatabaseProblem",
    "DiskFull",
    "DownloadFailed",
    "EmptyFile",
    "JobRunning",
    "KeyFileGone",
    "KeyMissing",
    "KeyUnusable",
    "ModelDamaged",
    "ModelError",
    "ModelIncomplete",
    "ModelNotFound",
    "NoAccount",
    "NoEmbedder",
    "NoExchanges",
    "NoSamples",
    "NotAudio",
    "NameTaken",
    "NotAllowed",
    "DoorLocked",
    "NotDue",
    "NotFound",
    "NotHearable",
    "NotListened",
    "NotReleased",
    "Objected",
    "RepairConflict",
    "SamePerson",
    "SealBroken",
    "SealingError",
    "SessionEnded",
    "SignedOut",
    "SilentAudio",
    "SpokenTooLong",
    "StepLocked",
    "StillListening",
    "StillTranscribing",
    "StorageError",
    "TooFewPairs",
    "TooLong",
    "TooManyTries",
    "TooShort",
    "TranscriptError",
    "TranscriptMismatch",
    "TranscriptTimes",
    "TruncatedAudio",
    "UnexpectedProblem",
    "UnsupportedAudio",
    "UploadTooLarge",
    "WasErased",
    "WrongCode",
    "WrongPassword",
    "all_errors",
]
