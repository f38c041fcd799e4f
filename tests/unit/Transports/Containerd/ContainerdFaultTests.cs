using System.Net.Sockets;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.Containerd;
using Diffah.Engine.Transports.Hosts;
using Diffah.Tests.Cli;
using Diffah.Tests.Deltas.Support;
using Diffah.Tests.Support;
using Diffah.Tests.Transports.Conformance;

namespace Diffah.Tests.Transports.Containerd;

/// <summary>What can be wrong with a containerd: nobody there, somebody else there, gone midway, no room.</summary>
public sealed class ContainerdFaultTests : IDisposable
{
    private const string Long = "/0123456789/0123456789/0123456789/0123456789";
    private const string LongPath = $"/run{Long}{Long}{Long}/s.sock";

    private readonly TransportBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Nobody_there_is_told_with_how_to_start_it()
    {
        var error = await FailAsync(DiffahErrors.DaemonUnreachable, _bench["none.sock"]);
        Assert.Contains("no socket", error.Message, StringComparison.Ordinal);
        Assert.Contains("CONTAINERD_ADDRESS", error.NextAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_at_is_told()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_bench["s.sock"]));
        var error = await FailAsync(DiffahErrors.DaemonUnreachable, _bench["s.sock"]);
        Assert.Contains("Nobody listens", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task Who_does_not_speak_gRPC_is_no_containerd(string says)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_bench["s.sock"]));
        listener.Listen();
        var answering = Task.WhenAll(Answer(), Answer());
        await FailAsync(DiffahErrors.DaemonProtocol, _bench["s.sock"]);
        await answering;

        async Task Answer()
        {
            using var connection = await listener.AcceptAsync();
            await connection.SendAsync(System.Text.Encoding.ASCII.GetBytes(says));
            await Task.WhenAny(connection.ReceiveAsync(new byte[1000]), Task.Delay(1000));
        }
    }

    [Theory]
    [InlineData("relative.sock", null, "CONTAINERD_ADDRESS")]
    [InlineData("tcp://127.0.0.1:2375", null, "CONTAINERD_ADDRESS")]
    [InlineData(LongPath, null, "CONTAINERD_ADDRESS")]
    [InlineData(null, "a b", "CONTAINERD_NAMESPACE")]
    [InlineData(null, "a\r\ncontainerd-lease: x", "CONTAINERD_NAMESPACE")]
    public async Task A_setting_that_can_not_be_right_is_named(string? address, string? name, string variable)
    {
        var error = await FailAsync(DiffahErrors.InvalidArgument, address, name);
        Assert.Contains(variable, error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Who_may_not_use_the_socket_is_told_who_may()
    {
        await using var containerd = await StartAsync();
        File.SetUnixFileMode(containerd.Socket, UnixFileMode.None);
        var run = await CliProcess.WithoutPrivilegeAsync(
            new Dictionary<string, string> { ["CONTAINERD_ADDRESS"] = $"unix://{containerd.Socket}" },
            _bench["."], "image", "containerd:app");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("may not use the socket", run.Error, StringComparison.Ordinal);
        Assert.Contains("root", run.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_containerd_that_dies_midway_is_told_and_has_no_image_afterwards()
    {
        await using var containerd = await StartAsync();
        var image = SampleImage.Oci(1);
        using (var transport = new ContainerdTransport(containerd.EnvironmentOf("default")))
        {
            await using var destination = await transport.OpenDestinationAsync(
                ImageReference.Parse("containerd:app:v1"), false, _bench.Context, default);
            await destination.PutBlobAsync(
                image.Config, new MemoryStream(image.Blobs[image.Config.Digest]), default);
            var content = new CallbackStream(new MemoryStream(image.Blobs[image.Layers[1].Digest]), 100_000,
                () => Task.Run(containerd.KillAsync).GetAwaiter().GetResult());
            await TransportConformance.AssertFailsAsync(
                DiffahErrors.DaemonUnreachable, () => destination.PutBlobAsync(image.Layers[1], content, default));
        }
        await containerd.StartAgainAsync();
        Assert.Empty(await containerd.CtrAsync("default", "images", "ls", "-q"));
        Assert.DoesNotContain(image.Layers[1].Digest.ToString(),
            await containerd.CtrAsync("default", "content", "ls", "-q"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_containerd_that_dies_while_it_is_read_is_told()
    {
        await using var containerd = await StartAsync();
        var layer = new byte[24 << 20];
        new Random(1).NextBytes(layer);
        var image = SampleImage.Make(1, "amd64", [layer], Engine.Oci.MediaTypes.OciManifest,
            Engine.Oci.MediaTypes.OciConfig, Engine.Oci.MediaTypes.OciLayer, l => l);
        using var transport = new ContainerdTransport(containerd.EnvironmentOf("default"));
        var reference = ImageReference.Parse("containerd:app:v1");
        await using (var destination = await transport.OpenDestinationAsync(reference, false, _bench.Context, default))
        {
            await image.WriteAsync(destination);
            await using (await destination.StageAsync(default))
                await destination.CommitAsync(default);
        }
        await using var source = await transport.OpenSourceAsync(reference, _bench.Context, default);
        await using var stream = await source.OpenBlobAsync(image.Layers[0], default);
        await stream.ReadExactlyAsync(new byte[1000]);
        await containerd.KillAsync();
        await TransportConformance.AssertFailsAsync(
            DiffahErrors.DaemonUnreachable, () => stream.CopyToAsync(Stream.Null));
    }

    [SkippableFact]
    public async Task A_containerd_without_room_is_told_and_keeps_nothing()
    {
        Skip.If(ContainerdProcess.WhyNot is not null, ContainerdProcess.WhyNot);
        await using var disk = await SmallDisk.MountAsync(4096);
        await using var containerd = await StartAsync(disk.Path);
        var layer = new byte[8 << 20];
        new Random(1).NextBytes(layer);
        var image = SampleImage.Make(1, "amd64", [layer], Engine.Oci.MediaTypes.OciManifest,
            Engine.Oci.MediaTypes.OciConfig, Engine.Oci.MediaTypes.OciLayer, l => l);
        using (var transport = new ContainerdTransport(containerd.EnvironmentOf("default")))
        {
            await using var destination = await transport.OpenDestinationAsync(
                ImageReference.Parse("containerd:app:v1"), false, _bench.Context, default);
            var error = await TransportConformance.AssertFailsAsync(
                DiffahErrors.DiskFull, () => image.WriteAsync(destination));
            Assert.Contains("containerd", error.NextAction, StringComparison.Ordinal);
        }
        Assert.Empty(await containerd.CtrAsync("default", "images", "ls", "-q"));
        Assert.Empty(await containerd.CtrAsync("default", "content", "ls", "-q"));
        Assert.DoesNotContain("diffah", await containerd.CtrAsync("default", "content", "active"),
            StringComparison.Ordinal);
    }

    private static async Task<ContainerdProcess> StartAsync(string? root = null)
    {
        Skip.If(ContainerdProcess.WhyNot is not null, ContainerdProcess.WhyNot);
        try
        {
            return await ContainerdProcess.StartAsync(root);
        }
        catch (InvalidOperationException e)
        {
            throw new SkipException(e.Message);
        }
    }

    private async Task<DiffahException> FailAsync(DiffahError expected, string? address, string? name = null)
    {
        using var transport = new ContainerdTransport(DaemonEnvironment.None with
        {
            ContainerdAddress = address,
            ContainerdNamespace = name,
        });
        var reference = ImageReference.Parse("containerd:app:v1");
        await TransportConformance.AssertFailsAsync(
            expected, () => transport.OpenDestinationAsync(reference, false, _bench.Context, default));
        return await TransportConformance.AssertFailsAsync(
            expected, () => transport.OpenSourceAsync(reference, _bench.Context, default));
    }
}
