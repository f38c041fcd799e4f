using System.IO.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Registry.Support;

namespace Diffah.Tests.Transports.Registry;

/// <summary>
/// What an answer costs that a proxy has packed. It is counted over all threads, so nothing else may run beside it.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class UnpackedAnswerTests : IAsyncDisposable
{
    private readonly FakeRegistry _registry = new();
    private readonly RegistryBench _bench = new();

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task A_small_answer_that_unpacks_to_much_is_refused()
    {
        var image = SampleImage.Oci(1);
        _registry.Add(image);
        var small = Packed(new byte[64 << 20]);
        _registry.Intercept = r => r.Method == "GET" && r.Path.Contains("/manifests/", StringComparison.Ordinal)
            ? new ScriptedResponse(200, small, ("Content-Encoding", "gzip"))
            : null;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var error = await Assert.ThrowsAsync<DiffahException>(
            () => _bench.AssertHoldsAsync(_registry.Reference(), image));
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.Equal(DiffahErrors.SizeMismatch, error.Error);
        Assert.InRange(allocated, 0, 48L << 20);
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
