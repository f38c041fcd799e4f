using Diffah.Engine.Images.Comparison;
using Diffah.Engine.Operations.Comparing;

namespace Diffah.Tests.Operations.Comparing;

public sealed class ShownDifferenceTests
{
    [Fact]
    public void What_controls_a_terminal_is_in_none_of_its_texts_and_a_patch_keeps_its_lines()
    {
        const string escape = "\u001b[2J";
        var shown = ShownDifference.Of(
            new ImageDifference(DifferenceKind.Config, $"Labels.{escape}", $"a{escape}\n", $"b\u202E")
            {
                Path = $"etc/{escape}",
                Platform = $"linux/{escape}",
                Patch = $"@@ -1 +1 @@\n-\ta\n+\tb{escape}\n",
            });
        Assert.Equal(("Labels.?[2J", "a?[2J?", "b?", "etc/?[2J", "linux/?[2J", "@@ -1 +1 @@\n-\ta\n+\tb?[2J\n"),
            (shown.Property, shown.Reference, shown.Difference, shown.Path, shown.Platform, shown.Patch));
    }

    [Fact]
    public void What_there_is_not_stays_so()
    {
        var difference = new ImageDifference(DifferenceKind.Manifest, "a", null, null);
        Assert.Equal(difference, ShownDifference.Of(difference));
    }
}
