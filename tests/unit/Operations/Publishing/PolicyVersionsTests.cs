using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Operations.Publishing;

namespace Diffah.Tests.Operations.Publishing;

/// <summary>The versions before an image, by the tags of its repository.</summary>
public sealed class PolicyVersionsTests
{
    [Theory]
    [InlineData("v10", "v9 v1 v10 v11 latest v2 2 v9-alpine", "v1 v2 v9")]
    [InlineData("1.10.0", "1.9.3 1.10.0 1.10 1 1.2.0 v1.2.0 1.9.3-rc.1 2.0.0 sha256-00", "1.2.0 1.9.3")]
    [InlineData("20260301", "20260101 20260201 20260301 edge", "20260101 20260201")]
    public void They_are_those_written_as_the_image_s(string tag, string tags, string before) => Assert.Equal(
        before, string.Join(' ', PolicyVersions.Before(Image(tag), tags.Split(' '))));

    [Theory]
    [InlineData("latest", "latest v1")]
    [InlineData("v2-alpine", "v1-alpine v2-alpine")]
    [InlineData("v1", "v1 v2")]
    [InlineData("v2", "v1 v01 v2")]
    [InlineData("v2", "v1 v02 v2")]
    public void Where_there_is_no_order_none_is_guessed(string tag, string tags) => Assert.Equal(
        DiffahErrors.InvalidArgument, Assert.Throws<DiffahException>(
            () => PolicyVersions.Before(Image(tag), tags.Split(' '))).Error);

    private static ImageReference Image(string tag) => ImageReference.Parse($"docker://r.example:5000/app:{tag}");
}
