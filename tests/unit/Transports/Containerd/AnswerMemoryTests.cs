using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Containerd;
using Diffah.Engine.Transports.Hosts;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;
using Diffah.Tests.Transports.Containerd.Support;

namespace Diffah.Tests.Transports.Containerd;

/// <summary>
/// What an answer costs. It is counted over all threads, so nothing else may run beside it.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class AnswerMemoryTests : IDisposable
{
    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_length_alone_costs_no_memory()
    {
        await using var server = new ScriptedGrpc(
            "application/grpc", [0, 0x01, 0x00, 0x00, 0x00], new() { ["grpc-status"] = "0" });
        using var transport =
            new ContainerdTransport(DaemonEnvironment.None with { ContainerdAddress = server.Path });
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await TransportConformance.AssertFailsAsync(DiffahErrors.DaemonProtocol, () => transport.OpenDestinationAsync(
            ImageReference.Parse("containerd:app"), false, _bench.Context, default));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 12 << 20);
    }
}
