"""What the API says about people and organisations."""

from rest_framework import serializers

from teachers.enums import FileStatus
from teachers.models import Delegation, Organisation, Post, Teacher
from teachers.search.asking import LONGEST, By


class OrganisationSerializer(serializers.ModelSerializer):
    """An organisation in short."""

    name = serializers.CharField(source="__str__", help_text="In the language of the request.")

    class Meta:
        model = Organisation
        fields = ["code", "name", "kind", "school_kind"]


class ActingForSerializer(serializers.ModelSerializer):
    """The delegation under which the user acts for the holder of a post."""

    holder = serializers.CharField(source="post.user.name")
    within = OrganisationSerializer(allow_null=True, help_text="Only for its documents, if named.")
    kinds = serializers.ListField(
        child=serializers.CharField(), help_text="Only documents of these kinds, if any are named."
    )

    class Meta:
        model = Delegation
        fields = ["id", "holder", "valid_from", "valid_to", "kinds", "within"]


class PostSerializer(serializers.ModelSerializer):
    """A post the user holds or acts under; its `key` goes into the header X-Post."""

    key = serializers.CharField()
    organisation = OrganisationSerializer()
    acting_for = ActingForSerializer(source="delegation", allow_null=True)

    class Meta:
        model = Post
        fields = ["id", "key", "role", "organisation", "valid_from", "valid_to", "acting_for"]


class MeSerializer(serializers.Serializer):
    """Who is signed in, the posts in force today, and the one this request acts under."""

    username = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.name")
    post = serializers.IntegerField(source="post.pk", help_text="`id` of the acting post.")
    key = serializers.CharField(source="post.key", help_text="`key` of the acting post.")
    posts = PostSerializer(many=True)


class TeacherSerializer(serializers.ModelSerializer):
    """A teacher on the register; the identity number is masked."""

    age = serializers.IntegerField(help_text="In full years, today.")
    organisation = OrganisationSerializer()

    class Meta:
        model = Teacher
        fields = [
            "id",
            "number",
            "name",
            "pinyin",
            "sex",
            "age",
            "ethnic",
            "identity_type",
            "identity_mask",
            "organisation",
            "status",
        ]


class TeacherQuerySerializer(serializers.Serializer):
    """Whom to look for; every value narrows the answer."""

    q = serializers.CharField(
        required=False,
        max_length=LONGEST,
        help_text=(
            "Beginning of a name, of its pinyin or initials (`马晓兰`, `maxiaolan`, `mxl`), of a "
            "teacher number; the visible digits of an identity number (`620102*0031`, first six or "
            "last four). Never a whole identity number: see `by-identity`."
        ),
    )
    by = serializers.ChoiceField(
        By.choices, required=False, help_text="What `q` is; by its form without."
    )
    unit = serializers.CharField(
        required=False, max_length=20, help_text="Code of a unit: only teachers below it."
    )
    school = serializers.CharField(
        required=False, max_length=LONGEST, help_text="Part of the school's name, or its code."
    )
    ethnic = serializers.CharField(required=False, max_length=2, help_text="Code of GB/T 3304.")
    status = serializers.ChoiceField(FileStatus.choices, required=False)


class IdentitySearchSerializer(serializers.Serializer):
    """A whole identity number, in the body, where no log of addresses keeps it."""

    number = serializers.CharField(max_length=LONGEST, min_length=5)


class SignInSerializer(serializers.Serializer):
    """A program signs in with the account of a person."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=256, trim_whitespace=False)


class TokenSerializer(serializers.Serializer):
    """Send it with every request as `Authorization: Token <token>`."""

    token = serializers.CharField(source="key")
    ends_at = serializers.DateTimeField()
