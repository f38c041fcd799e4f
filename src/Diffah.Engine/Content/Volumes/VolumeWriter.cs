using System.Security.Cryptography;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Content.Volumes;

/// <summary>
/// Writes what follows one another into files of one size; they have temporary names until they are published.
/// </summary>
/// <param name="archive">Absolute path of the archive without a number.</param>
/// <param name="size">Bytes of each volume but the last.</param>
/// <param name="overwrite">Whether existing files may be replaced.</param>
internal sealed class VolumeWriter(string archive, long size, bool overwrite) : Stream
{
    private readonly List<AtomicFile> _volumes = [];
    private readonly List<Digest> _digests = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _left;

    /// <summary>The volumes, in order.</summary>
    public IReadOnlyList<AtomicFile> Volumes => _volumes;

    /// <summary>Name and digest of each volume; whole after <see cref="FinishAsync"/>.</summary>
    public IEnumerable<(string Name, Digest Digest)> Sums =>
        _volumes.Zip(_digests, (v, d) => (Path.GetFileName(v.FinalPath), d));

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Begins the first volume, so that a place that can't be written to is found out.</summary>
    /// <exception cref="DiffahException">What <see cref="AtomicFile"/> throws.</exception>
    public void Begin() => Next();

    /// <summary>Ends the last volume.</summary>
    /// <param name="cancellationToken">Stops the writing.</param>
    public Task FinishAsync(CancellationToken cancellationToken) => EndAsync(cancellationToken);

    /// <summary>Opens what was written as one.</summary>
    public IFileBytes Open() => new JoinedBytes([.. _volumes.Select(v => FileBytes.Open(v.TemporaryPath))]);

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            if (_left == 0)
            {
                await EndAsync(cancellationToken);
                Next();
            }
            var part = buffer[..(int)Math.Min(buffer.Length, _left)];
            await _volumes[^1].Stream.WriteAsync(part, cancellationToken);
            Count(part.Span);
            buffer = buffer[part.Length..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_left == 0)
            {
                EndAsync(CancellationToken.None).GetAwaiter().GetResult();
                Next();
            }
            var part = buffer[..(int)Math.Min(buffer.Length, _left)];
            _volumes[^1].Stream.Write(part);
            Count(part);
            buffer = buffer[part.Length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _volumes[^1].Stream.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        _volumes[^1].Stream.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        // The first made the folder; it goes when nothing is in it.
        foreach (var volume in Enumerable.Reverse(_volumes))
            volume.Dispose();
        _hash.Dispose();
        base.Dispose(disposing);
    }

    private void Count(ReadOnlySpan<byte> written)
    {
        _hash.AppendData(written);
        _left -= written.Length;
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        await _volumes[^1].FinishAsync(cancellationToken);
        _digests.Add(Digest.FromHash(Digest.DefaultAlgorithm, _hash.GetHashAndReset()));
    }

    private void Next()
    {
        if (_volumes.Count == VolumeNames.Most)
            throw new DiffahException(DiffahErrors.InvalidArgument,
                $"The archive needs more than {VolumeNames.Most} volumes of {Human.SizeAndBytes(size)}.",
                "Give a larger VolumeSize (--volume-size).");
        _volumes.Add(new AtomicFile(VolumeNames.Of(archive, _volumes.Count + 1), overwrite));
        _left = size;
    }
}
