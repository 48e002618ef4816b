"""What is known of people beside their accounts, declared as configured things (api/telephony/resource.py)."""

from uuid import UUID

from api.telephony.model import Name, Written
from api.telephony.resource import Resource

READ, WRITE = "accounts.read", "accounts.write"


class PartnerData(Written, kw_only=True):
    """A company whose users see its own calls, queues and numbers alone; while it is not ``enabled`` nobody of it can
    sign in."""

    name: Name
    enabled: bool = True


class EmployeeGroupData(Written, kw_only=True):
    """Employees who work together: queues, campaigns and rules name the group. Its members are a list of their own."""

    name: Name
    partner_id: UUID | None = None


class SkillData(Written, kw_only=True):
    """Something that some operators can do better than others: a language, a product."""

    name: Name


PARTNERS = Resource(
    path="partners", table="partners", title="Partner", write=PartnerData, read_right=READ, write_right=WRITE
)
EMPLOYEE_GROUPS = Resource(
    path="employee-groups",
    table="employee_groups",
    title="EmployeeGroup",
    write=EmployeeGroupData,
    read_right=READ,
    write_right=WRITE,
)
SKILLS = Resource(path="skills", table="skills", title="Skill", write=SkillData, read_right=READ, write_right=WRITE)
ALL = (PARTNERS, EMPLOYEE_GROUPS, SKILLS)
