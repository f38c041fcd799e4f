using System.Formats.Tar;
using Diffah.Engine.Images;
using Diffah.Engine.Transports.DockerArchive;
using Diffah.Engine.Transports.OciLayout;
using Diffah.Engine.Transports.Storage;
using Diffah.Tests.Support;

namespace Diffah.Tests.Transports;

/// <summary>Archives go into a stream that is only ever written on, such as a pipe, as they go into a file.</summary>
public sealed class TarOutputTests : IDisposable
{
    private readonly TransportBench _bench = new();
    private readonly MemoryStream _written = new();

    public void Dispose()
    {
        _bench.Dispose();
        _written.Dispose();
    }

    [Theory]
    [InlineData("docker-archive")]
    [InlineData("oci-archive")]
    public async Task A_stream_gets_the_bytes_that_a_file_gets(string transport)
    {
        var image = Sample(transport);
        await _bench.WriteAsync(transport, "file.tar", image);
        var before = _bench.Entries;
        await using (var destination = Open(transport, new TarOutput(new WriteOnly(_written))))
        {
            await image.WriteAsync(destination);
            // What went into a stream can't be read back from it.
            Assert.Null(await destination.StageAsync(default));
            await destination.CommitAsync(default);
        }
        Assert.Equal(await File.ReadAllBytesAsync(_bench["file.tar"]), _written.ToArray());
        Assert.Equal(before, _bench.Entries);
    }

    [Theory]
    [InlineData("docker-archive")]
    [InlineData("oci-archive")]
    public async Task What_is_not_finished_is_not_committed(string transport)
    {
        await using var destination = Open(transport, new TarOutput(new WriteOnly(_written)));
        await Sample(transport).WriteAsync(destination);
        await Assert.ThrowsAsync<InvalidOperationException>(() => destination.CommitAsync(default));
    }

    [Fact]
    public async Task The_stream_is_the_callers_to_close()
    {
        var stream = new WriteOnly(_written);
        await using (var output = new TarOutput(stream))
        {
            await output.WriteAsync("a", [1, 2, 3], default);
            await output.StageAsync<IImageSource>(
                _ => throw new InvalidOperationException("A stream has no path."), default);
            await output.CommitAsync(default);
        }
        Assert.True(stream.CanWrite);
        using var tar = new TarReader(new MemoryStream(_written.ToArray()));
        var entry = tar.GetNextEntry()!;
        Assert.Equal(("a", 3), (entry.Name, entry.Length));
        Assert.Null(tar.GetNextEntry());
    }

    private static SampleImage Sample(string transport) =>
        transport == TransportNames.DockerArchive ? SampleImage.DockerPlain(1) : SampleImage.Oci(1);

    private IImageDestination Open(string transport, TarOutput output)
    {
        var reference = _bench.Reference(transport, "file.tar");
        return transport == TransportNames.DockerArchive
            ? new DockerArchiveDestination(new DockerArchiveTransport(), reference, null, output, _bench.Context)
            : new OciArchiveDestination(new OciArchiveTransport(), reference, output, _bench.Context);
    }

    /// <summary>Neither seeks nor reads.</summary>
    private sealed class WriteOnly(Stream inner) : Stream
    {
        private bool _closed;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => !_closed;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        protected override void Dispose(bool disposing)
        {
            _closed = true;
            base.Dispose(disposing);
        }
    }
}
