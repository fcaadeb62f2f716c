"""The precision that the owner of a catalogue wants, changed after the build."""

from __future__ import annotations

from dataclasses import replace

from core.bundle.layout import MANIFEST
from core.bundle.promises import AcceptanceRules, OtherHead
from core.bundle.reader import Bundle
from core.bundle.writer import write_manifest
from core.common.errors import BundleError
from core.evaluation.acceptance import AcceptanceRule, fit_acceptance
from core.evaluation.held_out import HeldOutAnswers


def rules_for(bundle: Bundle, wanted_precision: float) -> AcceptanceRules:
    """Return when answers need no review if that share of them is to be right.

    Computed from answers to products that the models had not seen; test products choose nothing.

    Parameters
    ----------
    bundle
        The bundle.
    wanted_precision
        In (0, 1).
    """
    before = bundle.manifest.acceptance

    def rule(answers: HeldOutAnswers) -> AcceptanceRule:
        return fit_acceptance(answers, len(bundle.classes), wanted_precision, before.guard)

    further = {given: bundle.held_out_further(given) for given in before.others}
    return AcceptanceRules(
        wanted_precision,
        before.guard,
        {given: rule(bundle.held_out(given)) for given in bundle.modalities},
        {
            given: OtherHead(before.others[given].head, rule(answers))
            for given, answers in further.items()
            if answers is not None
        },
    )


def keep_wanted_precision(bundle: Bundle, wanted_precision: float) -> None:
    """Write the precision wanted, and what follows from it, into the bundle.

    The manifest is replaced as a whole, so that the bundle has a new fingerprint: whoever has it open, or
    goes on with a run that was stopped, notices.

    Raises
    ------
    BundleError
        The bundle cannot be written.
    """
    opened = Bundle.open(bundle.path)
    manifest = replace(opened.manifest, acceptance=rules_for(opened, wanted_precision))
    try:
        write_manifest(manifest, bundle.path / MANIFEST)
    except OSError as error:
        raise BundleError(f"bundle '{bundle.name}' cannot be written: {error.strerror}") from error
