using System.Formats.Tar;
using Diffah.Engine.Images.Comparison;
using static Diffah.Tests.Images.Comparison.ComparisonBench;

namespace Diffah.Tests.Images.Comparison;

/// <summary>What holds for any two images.</summary>
public sealed class ComparisonLawTests
{
    [Fact]
    public async Task Of_any_images_one_is_equal_to_itself_and_two_differ_alike_from_both_sides()
    {
        for (var seed = 0; seed < 120; seed++)
        {
            var (a, b) = (RandomImage(new Random(seed)), RandomImage(new Random(seed + 1000)));
            foreach (var options in (ComparisonOptions[])[new(), new() { Squash = true }])
            {
                Assert.True((await CompareAsync(a, a, options)).Comparison.IsEqual, $"seed {seed}");
                var (there, back) = (await CompareAsync(a, b, options), await CompareAsync(b, a, options));
                Assert.Equal(Mirrored(there, isBack: false), Mirrored(back, isBack: true));
                Assert.Equal((there.Comparison.AddedFileCount, there.Comparison.ChangedFileCount),
                    (back.Comparison.RemovedFileCount, back.Comparison.ChangedFileCount));
                if (!options.Squash && a.Build().Digest != b.Build().Digest)
                    Assert.False(there.Comparison.IsEqual, $"seed {seed}: digests differ");
            }
        }
    }

    [Fact]
    public async Task What_is_told_is_what_the_classes_leave()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var (a, b) = (RandomImage(new Random(seed)), RandomImage(new Random(seed + 500)));
            var all = (await CompareAsync(a, b)).Differences;
            foreach (var one in Classes)
            {
                var some = (await CompareAsync(a, b, new() { Ignore = one })).Differences;
                Assert.Equal(some, all.Where(some.Contains));
            }
        }
    }

    // Values of order tell places and formats of their own side.
    private static IEnumerable<string> Mirrored(Found found, bool isBack) => found.Differences
        .Select(d => d.Property is DifferenceProperty.FileOrder or DifferenceProperty.TarFormat
            ? $"{d}"
            : isBack ? $"{d} {d.Difference} {d.Reference} {d.DifferenceSize} {d.ReferenceSize}"
            : $"{d} {d.Reference} {d.Difference} {d.ReferenceSize} {d.DifferenceSize}")
        .Order(StringComparer.Ordinal);

    private static ImageDraft RandomImage(Random random)
    {
        var image = new ImageDraft([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => (LayerDraft)RandomTar(random))]);
        var year = 2024 + random.Next(2);
        return image with { Config = c => c["created"] = $"{year}-01-01T00:00:00Z" };
    }

    private static byte[] RandomTar(Random random) => Tars.Of(
        [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => RandomEntry(random))]);

    private static TarEntry RandomEntry(Random random)
    {
        var name = $"{(random.Next(2) == 0 ? "./" : "")}{"abcde"[random.Next(5)]}";
        var modified = Tars.Time.AddSeconds(random.Next(4) / 2.0);
        return random.Next(6) switch
        {
            0 => Tars.Folder(name, e => e.ModificationTime = modified),
            1 => Tars.Symlink(name, $"{random.Next(2)}"),
            2 => Tars.HardLink(name, $"{"abcde"[random.Next(5)]}"),
            3 => Tars.Pax(name, $"{random.Next(2)}", modified: modified,
                records: ("SCHILY.xattr.user.x", $"{random.Next(2)}")),
            4 => Tars.Gnu(name, $"{random.Next(2)}", e => e.Uid = random.Next(2)),
            _ => Tars.File(name, $"{random.Next(2)}", e => e.Mode = (UnixFileMode)random.Next(4096)),
        };
    }
}
