using System.Security.Cryptography;
using Diffah.Engine.Compression;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Content;

/// <summary>
/// Reads a blob and checks its size and digest. It checks before it hands out the last bytes, so a caller that has
/// read all bytes has read verified bytes. Closing has nothing left to check.
/// </summary>
public sealed class VerifyingStream : ForwardReadStream
{
    private readonly Stream _source;
    private readonly Digest _expected;
    private readonly long _size;
    private readonly string _what;
    private readonly IncrementalHash _hash;
    private long _read;

    /// <summary>Wraps a blob's stream.</summary>
    /// <param name="source">The bytes; owned.</param>
    /// <param name="expected">The digest they must have.</param>
    /// <param name="size">How many bytes there must be.</param>
    /// <param name="what">What the bytes are, for the error message.</param>
    public VerifyingStream(Stream source, Digest expected, long size, string what)
    {
        (_source, _expected, _size, _what) = (source, expected, size, what);
        _hash = expected.CreateHash();
    }

    /// <summary>What to do where the bytes are wrong; null means what the row of the error says.</summary>
    public string? NextAction { get; init; }

    /// <summary>True once every byte was read and found right.</summary>
    public bool IsVerified { get; private set; }

    /// <summary>
    /// The stream of a blob that is verified: the given one where its maker verifies it already, and can say better who
    /// is to blame; else one around it.
    /// </summary>
    /// <param name="source">The bytes; owned.</param>
    /// <param name="expected">The digest they must have.</param>
    /// <param name="size">How many bytes there must be.</param>
    /// <param name="what">What the bytes are, for the error message.</param>
    public static VerifyingStream Of(Stream source, Digest expected, long size, string what) =>
        source is VerifyingStream { _read: 0 } own && own._expected == expected && own._size == size
            ? own
            : new VerifyingStream(source, expected, size, what);

    /// <inheritdoc/>
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (IsVerified || buffer.IsEmpty)
            return 0;
        var read = _source.Read(buffer);
        Take(buffer[..read]);
        if (_read == _size)
        {
            Span<byte> probe = stackalloc byte[1];
            Finish(_source.Read(probe));
        }
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (IsVerified || buffer.IsEmpty)
            return 0;
        var read = await _source.ReadAsync(buffer, cancellationToken);
        Take(buffer.Span[..read]);
        if (_read == _size)
            Finish(await _source.ReadAsync(new byte[1], cancellationToken));
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            _source.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _size - _read)
            throw TooLong();
        if (bytes.IsEmpty && _read < _size)
            throw new DiffahException(
                DiffahErrors.SizeMismatch, $"{_what} ends after {_read} of {_size} bytes.", NextAction);
        _hash.AppendData(bytes);
        _read += bytes.Length;
    }

    private void Finish(int trailing)
    {
        if (trailing > 0)
            throw TooLong();
        var actual = Digest.FromHash(_expected.Algorithm, _hash.GetHashAndReset());
        if (actual != _expected)
            throw new DiffahException(
                DiffahErrors.DigestMismatch, $"{_what} has the digest {actual}, not {_expected}.", NextAction);
        IsVerified = true;
    }

    private DiffahException TooLong() =>
        new(DiffahErrors.SizeMismatch, $"{_what} is longer than the {_size} bytes promised.", NextAction);
}
