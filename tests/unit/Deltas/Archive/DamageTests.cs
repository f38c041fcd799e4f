using Diffah.Engine.Diagnostics;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>Whatever happens to an archive on its way, the result is right or there is none.</summary>
public class DamageTests
{
    [Fact]
    public async Task Any_flipped_byte_is_found_or_harmless()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Tiny();
        var archive = await lab.BytesAsync(baseline, target);
        var random = new Random(1);
        var (found, harmless) = (0, 0);
        for (var at = 0; at < archive.Length; at++)
        {
            var damaged = archive.ToArray();
            damaged[at] ^= (byte)(1 << random.Next(8));
            if (await RestoresAsync(lab, damaged, baseline, target, $"byte {at}"))
                harmless++;
            else
                found++;
        }
        // Both kinds are there: padding and the tool's name are harmless, contents and headers are not.
        Assert.True(found > archive.Length / 3 && harmless > 500, $"{found} found, {harmless} harmless");
    }

    [Fact]
    public async Task Any_overwritten_stretch_is_found_or_harmless()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Mixed();
        var archive = await lab.BytesAsync(baseline, target);
        var random = new Random(2);
        for (var round = 0; round < 400; round++)
        {
            var damaged = archive.ToArray();
            var at = random.Next(damaged.Length);
            random.NextBytes(damaged.AsSpan(at, Math.Min(random.Next(1, 700), damaged.Length - at)));
            await RestoresAsync(lab, damaged, baseline, target, $"round {round}");
        }
    }

    [Fact]
    public async Task Any_truncation_is_found_unless_only_the_end_mark_is_lost()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Tiny();
        var archive = await lab.BytesAsync(baseline, target);
        var random = new Random(3);
        var lengths = Enumerable.Range(0, archive.Length / 512).Select(b => b * 512)
            .Concat(Enumerable.Range(0, 300).Select(_ => random.Next(archive.Length)));
        foreach (var length in lengths)
        {
            var restored = await RestoresAsync(lab, archive[..length], baseline, target, $"length {length}");
            Assert.True(!restored || length >= archive.Length - 1024 - 511,
                $"an archive cut to {length} of {archive.Length} bytes was restored");
        }
    }

    [Fact]
    public async Task Any_inserted_or_lost_bytes_are_found_or_harmless()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Tiny();
        var archive = await lab.BytesAsync(baseline, target);
        var random = new Random(4);
        for (var round = 0; round < 200; round++)
        {
            var (at, length) = (random.Next(archive.Length - 600), round % 2 == 0 ? 512 : random.Next(1, 600));
            await RestoresAsync(
                lab, [.. archive[..at], .. archive[(at + length)..]], baseline, target, $"lost {length} at {at}");
            await RestoresAsync(lab, [.. archive[..at], .. new byte[length], .. archive[at..]], baseline, target,
                $"inserted {length} at {at}");
        }
    }

    [Fact]
    public async Task Damage_in_a_compressed_archive_is_found_or_harmless()
    {
        using var lab = new DeltaLab();
        var (baseline, target) = Pairs.Tiny();
        var archive = LayerBytes.Zstd(await lab.BytesAsync(baseline, target));
        for (var at = 0; at < archive.Length; at += 2)
        {
            var damaged = archive.ToArray();
            damaged[at] ^= 0x10;
            await RestoresAsync(lab, damaged, baseline, target, $"byte {at}");
        }
        foreach (var length in Enumerable.Range(0, 40).Select(i => archive.Length * i / 40))
            Assert.False(await RestoresAsync(lab, archive[..length], baseline, target, $"length {length}"));
    }

    /// <summary>True where the archive restores, rightly; false where it is refused as it should be.</summary>
    private static async Task<bool> RestoresAsync(
        DeltaLab lab, byte[] archive, MemoryImage baseline, MemoryImage target, string what)
    {
        await File.WriteAllBytesAsync(lab.Archive, archive);
        try
        {
            target.AssertSame(await lab.RestoreAsync(baseline));
            lab.AssertTidy();
            return true;
        }
        catch (DiffahException e)
        {
            Assert.True(e.Error.Category is DiffahErrorCategory.Content or DiffahErrorCategory.User,
                $"{what}: {e.Error.Code}: {e.Message}");
            Errors.AssertHelpful(e);
            lab.AssertNothingLeft();
            return false;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"{what}: {e.GetType()}: {e.Message}", e);
        }
    }
}
