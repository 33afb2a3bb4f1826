"""What the API says about people and organisations."""

from rest_framework import serializers

from teachers.models import Organisation, Post


class OrganisationSerializer(serializers.ModelSerializer):
    """An organisation in short."""

    name = serializers.CharField(source="__str__", help_text="In the language of the request.")

    class Meta:
        model = Organisation
        fields = ["code", "name", "kind", "school_kind"]


class PostSerializer(serializers.ModelSerializer):
    """A post the user holds; its `id` goes into the header X-Post."""

    organisation = OrganisationSerializer()

    class Meta:
        model = Post
        fields = ["id", "role", "organisation", "valid_from", "valid_to"]


class MeSerializer(serializers.Serializer):
    """Who is signed in, the posts held today, and the one this request acts under."""

    username = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.name")
    post = serializers.IntegerField(source="post.pk", help_text="`id` of the acting post.")
    posts = PostSerializer(many=True)


class SignInSerializer(serializers.Serializer):
    """A program signs in with the account of a person."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=256, trim_whitespace=False)


class TokenSerializer(serializers.Serializer):
    """Send it with every request as `Authorization: Token <token>`."""

    token = serializers.CharField(source="key")
    ends_at = serializers.DateTimeField()
