using Diffah.Engine.Diagnostics;
using Diffah.Engine.Operations;
using Diffah.Engine.Signing;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Signing.Support;
using Diffah.Tests.Support;

namespace Diffah.Tests.Deltas.Archive;

/// <summary>
/// A byte of an archive of version 2 is another one: of its sidecar, a blob, a patch of a content or a recipe. The
/// right image comes out, or a typed error, and nothing is left behind.
/// </summary>
public sealed class ContentFlipTests : IDisposable
{
    private const int Flips = 120;

    private readonly DeltaLab _lab = new();
    private readonly KeyBench _keys = new();

    public void Dispose()
    {
        _lab.Dispose();
        _keys.Dispose();
    }

    [Theory]
    [InlineData("diffah.json", false)]
    [InlineData("diffah.json", true)]
    [InlineData("blobs/", false)]
    [InlineData("blobs/", true)]
    [InlineData("contents/", false)]
    [InlineData("contents/", true)]
    [InlineData("recipes/", false)]
    [InlineData("recipes/", true)]
    public async Task Any_byte_may_be_another(string part, bool isSigned)
    {
        var (baseline, target) = ContentPairs.Mixed();
        await new CreateDelta(_lab.Images).RunAsync(
            _lab.CreateRequest(baseline, target, DeltaLab.Quick with { FormatVersion = 2 }) with
            {
                SigningKey = isSigned ? new SigningKeySource(_keys.Private) : null,
            }, EventSink.None, default);
        var archive = await File.ReadAllBytesAsync(_lab.Archive);
        var request = _lab.RestoreRequest(baseline) with { VerificationKeyPath = isSigned ? _keys.Public : null };
        var places = Places(archive, part);
        var refused = 0;
        foreach (var at in places)
        {
            var damaged = archive.ToArray();
            damaged[at] ^= (byte)(1 << (at % 8));
            await File.WriteAllBytesAsync(_lab.Archive, damaged);
            refused += await IsRefusedAsync(request, target, $"byte {at} of {part}") ? 1 : 0;
        }
        // No byte of a signed sidecar may change. Of one without a signature, names and times say nothing to a reader.
        Assert.True(refused >= (part == "diffah.json" && isSigned ? places.Length : places.Length / 2),
            $"{refused} of {places.Length} were refused");
    }

    private async Task<bool> IsRefusedAsync(
        RestoreImageRequest request, MemoryImage target, string what)
    {
        _lab.Images.Remove("restored");
        try
        {
            await new RestoreImage(_lab.Images).RunAsync(request, EventSink.None, default);
            target.AssertSame(_lab.Images.Find("restored")!);
            return false;
        }
        catch (DiffahException e)
        {
            Assert.True(e.Error.Category is DiffahErrorCategory.Content or DiffahErrorCategory.User,
                $"{what}: {e.Error.Code}: {e.Message}");
            Errors.AssertHelpful(e);
            Assert.Null(_lab.Images.Find("restored"));
            Assert.Equal(0, _lab.Images.Open);
            Assert.Empty(Directory.EnumerateFileSystemEntries(_lab.Work));
            return true;
        }
    }

    /// <summary>Places of the bytes of a part of the archive, its headers not counted.</summary>
    private static int[] Places(byte[] archive, string part)
    {
        var all = StrictTar.Read(archive, []).Where(e => e.Name.StartsWith(part, StringComparison.Ordinal))
            .SelectMany(e => Enumerable.Range(archive.AsSpan().IndexOf(e.Content), e.Content.Length)).ToArray();
        Assert.NotEmpty(all);
        return [.. all.Where((_, i) => i % Math.Max(1, all.Length / Flips) == 0)];
    }
}
