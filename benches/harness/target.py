"""A program under measurement. Luyue and its peer register and act alike, each in its own shape."""

import datetime
import json

from harness import machine

REGIONS = ["341800", "341802", "341821", "341823", "341824", "341825", "341881", "341882"]
OFFICER = "officer-341800-sf"
LINES = {"A": "上门走访", "B": "心理矫治", "C": "教育学习", "D": "就业帮扶", "E": "法律援助"}
STANDARD = "宣司〔2017〕43号"
ACTS = ("submit", "fund", "return")


def day_in(days):
    return str(datetime.date.today() + datetime.timedelta(days=days))


class Target:
    # Regions whose justice bureau registers contracts.
    regions = REGIONS

    def by(self, username):
        """Returns the header that signs a person in."""
        raise NotImplementedError

    def contract(self, region):
        """Returns a contract with five lines of a region's justice bureau. Its number is a pattern of `replay.lua`."""
        raise NotImplementedError

    def creations(self):
        """Returns the requests that register contracts, one for each bureau."""
        return [
            ("POST", "/api/v1/contracts", self.officer(region), json.dumps(self.contract(region)))
            for region in self.regions
        ]

    def create(self, place):
        """Registers a draft of one of the bureaus; returns its region and its id."""
        region = self.regions[place % len(self.regions)]
        contract = {**self.contract(region), "number": f"DRAFT-{place:09}"}
        return region, machine.ask_json(self.base, "POST", "/api/v1/contracts", self.officer(region), contract)["id"]

    def acts(self, drafts):
        """Returns the requests that submit and fund drafts and then return them, so that they can begin again."""
        actors = {"submit": "officer-{}-sf", "fund": "reviewer-{}", "return": "leader-{}-sf"}
        return [
            (
                "POST",
                f"/api/v1/contracts/{id}/actions/{act}",
                self.by(actors[act].format(region)),
                json.dumps({"reason": "重新核对"} if act == "return" else {}),
            )
            for region, id in drafts
            for act in ACTS
        ]

    def officer(self, region):
        return self.by(f"officer-{region}-sf")
