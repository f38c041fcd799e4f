using System.Globalization;

namespace Diffah.Bench;

/// <summary>A tool that patches one file from another.</summary>
internal sealed record PatchTool(
    string Name, string Program, Func<string, string, string, string[]> Make,
    Func<string, string, string, string[]> Apply)
{
    public static PatchTool[] All(int level) =>
    [
        new($"zstd --ultra -{level} --patch-from", "zstd",
            (from, to, patch) => ["-q", "-f", "--ultra", $"-{level}", $"--long={WindowLog(to)}", $"--patch-from={from}",
                to, "-o", patch],
            (from, patch, to) => ["-q", "-f", "-d", "--long=31", $"--patch-from={from}", patch, "-o", to]),
        new("xdelta3 -9", "xdelta3",
            (from, to, patch) => ["-e", "-9", "-f", "-B", SourceWindow(from), "-s", from, to, patch],
            (from, patch, to) => ["-d", "-f", "-B", SourceWindow(from), "-s", from, patch, to]),
    ];

    /// <summary>Runs the tool over each changed layer, one after the other; null where it is not installed.</summary>
    public async Task<ToolResult?> RunAsync(List<(string From, string To)> layers, TemporaryFolder work)
    {
        var (make, apply) = (Measured.Nothing, Measured.Nothing);
        foreach (var (from, to) in layers)
        {
            var (patch, rebuilt) = (work["patch"], work["rebuilt"]);
            if (await Measured.RunAsync(patch, Program, Make(from, to, patch)) is not { } made)
                return null;
            make = make.Then(made);
            apply = apply.Then((await Measured.RunAsync(null, Program, Apply(from, patch, rebuilt)))!);
        }
        return new ToolResult(Name, make, apply);
    }

    /// <summary>The format's rule for the window of a patch for a file.</summary>
    public static int WindowLog(string file) =>
        new FileInfo(file).Length switch { <= 128L << 20 => 27, <= 1L << 30 => 30, _ => 31 };

    // xdelta3 finds only what its source window covers, and takes no more than 2 GiB less one.
    private static string SourceWindow(string file) =>
        Math.Clamp(new FileInfo(file).Length, 1 << 20, int.MaxValue).ToString(CultureInfo.InvariantCulture);
}
