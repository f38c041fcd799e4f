using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Containerd;
using Diffah.Engine.Transports.Hosts;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;
using Diffah.Tests.Transports.Containerd.Support;

namespace Diffah.Tests.Transports.Containerd;

/// <summary>Answers that no containerd gives are refused, and cost nothing.</summary>
public sealed class HostileAnswerTests : IDisposable
{
    private const string Grpc = "application/grpc";

    private static readonly Dictionary<string, string> Well = new() { ["grpc-status"] = "0" };

    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("text/html", new byte[0], true)]
    [InlineData(Grpc, new byte[0], true)] // no message at all
    [InlineData(Grpc, new byte[] { 0, 0, 0, 0, 0 }, false)] // an end that does not say how it went
    [InlineData(Grpc, new byte[] { 1, 0, 0, 0, 0 }, true)] // compressed
    [InlineData(Grpc, new byte[] { 0, 0, 0 }, true)] // a head that is cut
    [InlineData(Grpc, new byte[] { 0, 0, 0, 0, 9, 1 }, true)] // a message that is cut
    [InlineData(Grpc, new byte[] { 0, 0, 0, 0, 2, 0x0a, 0x50 }, true)] // a field that is longer than its message
    [InlineData(Grpc, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, true)] // two messages
    [InlineData(Grpc, new byte[] { 0, 0x7f, 0xff, 0xff, 0xff }, true)] // 2 GiB
    [InlineData(Grpc, new byte[] { 0, 0x01, 0x00, 0x00, 0x01 }, true)] // a byte more than 16 MiB
    public async Task What_is_no_answer_is_refused(string contentType, byte[] body, bool ends)
    {
        await using var server = new ScriptedGrpc(contentType, body, ends ? Well : null);
        await FailAsync(DiffahErrors.DaemonProtocol, server);
    }

    [Theory]
    [InlineData(2, "boom: write /var/lib/x: no space left on device", "DiskFull")]
    [InlineData(2, "disk quota exceeded", "DiskFull")]
    [InlineData(2, "something%20odd", "DaemonFailure")]
    [InlineData(1, "context canceled", "DaemonUnreachable")]
    [InlineData(7, "no", "AccessDenied")]
    [InlineData(12, "unknown service", "DaemonProtocol")]
    [InlineData(14, "ref abc locked for 3s", "DestinationBusy")]
    [InlineData(14, "transport is closing", "DaemonUnreachable")]
    [InlineData(99, "of the future", "DaemonFailure")]
    public async Task A_status_is_said_in_the_engine_s_words(int status, string message, string code)
    {
        await using var server = new ScriptedGrpc(Grpc, [], new()
        {
            ["grpc-status"] = status.ToString(null, null),
            ["grpc-message"] = message,
        });
        var error = await FailAsync(DiffahErrors.All.Single(e => e.Code == code), server);
        if (code is "DaemonFailure")
            Assert.Contains(message.Replace("%20", " ", StringComparison.Ordinal), error.Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_right_answer_is_read()
    {
        // Field 1, three letters: the version.
        await using var server = new ScriptedGrpc(
            Grpc, ScriptedGrpc.Frame(0x0a, 3, (byte)'1', (byte)'.', (byte)'6'), Well);
        using var transport = Open(server);
        await using var destination = await transport.OpenDestinationAsync(
            ImageReference.Parse("containerd:app"), false, _bench.Context, default);
        Assert.NotNull(destination);
    }

    private static ContainerdTransport Open(ScriptedGrpc server) =>
        new(DaemonEnvironment.None with { ContainerdAddress = server.Path });

    private async Task<DiffahException> FailAsync(DiffahError expected, ScriptedGrpc server)
    {
        using var transport = Open(server);
        return await TransportConformance.AssertFailsAsync(expected, () => transport.OpenDestinationAsync(
            ImageReference.Parse("containerd:app"), false, _bench.Context, default));
    }
}
