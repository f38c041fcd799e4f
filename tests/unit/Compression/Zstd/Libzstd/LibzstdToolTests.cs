using System.Globalization;
using System.Text.RegularExpressions;
using Diffah.Engine.Compression.Zstd;
using Diffah.Engine.Compression.Zstd.Libzstd;
using Diffah.Tests.Compression.Gzip;
using Diffah.Tests.Support;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Diffah.Tests.Compression.Zstd.Libzstd;

/// <summary>Frames of the zstd that is on this machine.</summary>
public sealed partial class LibzstdToolTests
{
    private const int Slow = 19;

    public static TheoryData<int, string, byte> Calls
    {
        get
        {
            var data = new TheoryData<int, string, byte>();
            foreach (var level in new[] { 1, 3, 4, 14, Slow })
            {
                data.Add(level, "", (byte)(LibzstdModes.InJobs | LibzstdModes.EndsWithContent));
                data.Add(level, "--single-thread", (byte)LibzstdModes.EndsWithContent);
            }
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Calls))]
    public async Task Blocks_are_those_of_the_tool(int level, string option, byte modes)
    {
        var release = await ReleaseOfToolAsync(level);
        using var folder = new TemporaryFolder();
        foreach (var length in new[] { 1, 100_000, 131_072, 600_000, level == Slow ? 5000 : 3_000_000 })
        {
            var content = EncoderContents.Make("mixed", length);
            var path = Path.Combine(folder.Path, $"{length}");
            await File.WriteAllBytesAsync(path, content);
            string[] options = option.Length > 0 ? [option] : [];
            await ExternalTool.RunAsync("zstd", ["-q", "-k", $"-{level}", .. options, path]);
            var (header, blocks) = LibzstdFrames.Split(await File.ReadAllBytesAsync(path + ".zst"));
            var profile = LibzstdFrames.Profile(release, level, (LibzstdModes)modes);
            Assert.Equal(blocks, LibzstdFrames.Encode(profile, header, content));
        }
    }

    [Theory]
    [InlineData(18)]
    [InlineData(19)]
    public void A_slow_encoder_that_works_in_jobs_is_found(int level)
    {
        var content = EncoderContents.Make("mixed", 1_800_000);
        using var compressor = new Compressor(level);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_nbWorkers, 1);
        var stream = compressor.Wrap(content).ToArray();
        var recipe = ZstdAnalysis.OfZstd(
            new MemoryStream(stream), new MemoryStream(content), null, workers: 1, CancellationToken.None);
        Assert.Equal($"zstd 1.5.7 level {level}", recipe.Encoder);
    }

    // The levels here but the slow one are those whose bytes have not changed from 1.5.4 to 1.5.6.
    private static async Task<LibzstdRelease> ReleaseOfToolAsync(int level)
    {
        var words = await ExternalTool.RunAsync("zstd", "--version");
        var match = Version().Match(words);
        var patch = match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        Skip.IfNot(patch is >= 4 and <= 7, "zstd 1.5.4 to 1.5.7 is not installed on this machine.");
        if (patch == 7)
            return LibzstdRelease.Splitting;
        return level == Slow && patch < 6 ? LibzstdRelease.BeforeStretches : LibzstdRelease.BeforeSplitting;
    }

    [GeneratedRegex(@"v1\.5\.(\d+)\b")]
    private static partial Regex Version();
}
