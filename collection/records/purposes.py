"""The closed list of purposes for which a value may be looked at (ER-85A): all of them are emergency response, and
there is no "other".
"""

from django.utils.translation import gettext_lazy as _

PURPOSES = {
    "contact": _("reach the person during the response"),
    "rescue": _("rescue or medical help"),
    "reunite": _("bring family members together"),
    "needs": _("meet a special need"),
    "correct": _("check or correct an entry at the person's wish"),
    "request": _("answer the person's request"),
    "authority": _("required by the authority, by document"),
    "disease_control": _("tracing by order of the health authority"),
}
