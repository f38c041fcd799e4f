using System.Globalization;

namespace Diffah.Bench;

/// <summary>A tool that patches one file from another.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Program">The program that makes patches.</param>
/// <param name="Applier">The program that applies them.</param>
/// <param name="Make">Arguments that make a patch, of the old file, the new one and the patch.</param>
/// <param name="Apply">Arguments that apply it, of the old file, the patch and the new one.</param>
/// <param name="Memory">Bytes of memory for each byte of the old file, where that is much.</param>
internal sealed record PatchTool(
    string Name, string Program, string Applier, Func<string, string, string, string[]> Make,
    Func<string, string, string, string[]> Apply, int Memory = 1)
{
    public static PatchTool[] All(int level) =>
    [
        new($"zstd --ultra -{level} --patch-from", "zstd", "zstd",
            (from, to, patch) => ["-q", "-f", "--ultra", $"-{level}", $"--long={WindowLog(to)}", $"--patch-from={from}",
                to, "-o", patch],
            (from, patch, to) => ["-q", "-f", "-d", "--long=31", $"--patch-from={from}", patch, "-o", to]),
        // It would decompress what is compressed (-D, -R), and compress it again to other bytes.
        new("xdelta3 -9", "xdelta3", "xdelta3",
            (from, to, patch) => ["-e", "-9", "-D", "-f", "-B", SourceWindow(from), "-s", from, to, patch],
            (from, patch, to) => ["-d", "-D", "-R", "-f", "-B", SourceWindow(from), "-s", from, patch, to]),
        new("bsdiff", "bsdiff", "bspatch", (from, to, patch) => [from, to, patch],
            (from, patch, to) => [from, to, patch], Memory: 17),
    ];

    /// <summary>Runs the tool over each changed layer, one after the other.</summary>
    /// <param name="form">What the layers are.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="mostMemory">It is left out where it takes more, in bytes.</param>
    /// <param name="work">Where files go.</param>
    public async Task<ToolResult> RunAsync(
        string form, List<(string From, string To)> layers, long mostMemory, TemporaryFolder work)
    {
        var memory = layers.Select(l => new FileInfo(l.From).Length * Memory).DefaultIfEmpty(0).Max();
        if (memory > mostMemory)
            return LeftOut(form, $"it takes about {memory >> 30} GiB of memory");
        var (make, apply) = (Measured.Nothing, Measured.Nothing);
        foreach (var (from, to) in layers)
        {
            var (patch, rebuilt) = (work["patch"], work["rebuilt"]);
            if (await Measured.RunAsync(patch, Program, Make(from, to, patch)) is not { } made)
                return LeftOut(form, $"{Program} is not installed");
            make = make.Then(made);
            if (await Measured.RunAsync(null, Applier, Apply(from, patch, rebuilt)) is not { } applied)
                return LeftOut(form, $"{Applier} is not installed");
            apply = apply.Then(applied);
            if (!await ChangedLayers.AreEqualAsync(to, rebuilt))
                return LeftOut(form, "it gives other bytes back");
        }
        return new ToolResult(Name, form, make, apply);
    }

    private ToolResult LeftOut(string form, string why) => new(Name, form, null, null, why);

    /// <summary>The format's rule for the window of a patch for a file.</summary>
    public static int WindowLog(string file) =>
        new FileInfo(file).Length switch { <= 128L << 20 => 27, <= 1L << 30 => 30, _ => 31 };

    // xdelta3 finds only what its source window covers, and takes no more than 2 GiB less one.
    private static string SourceWindow(string file) =>
        Math.Clamp(new FileInfo(file).Length, 1 << 20, int.MaxValue).ToString(CultureInfo.InvariantCulture);
}
