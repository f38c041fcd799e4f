using System.Security.Cryptography;
using System.Text;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Signing;

/// <summary>The text of a key file. Disposal clears it.</summary>
internal sealed class KeyFile : IDisposable
{
    /// <summary>The largest key file that is read, in bytes.</summary>
    public const int MaximumSize = 64 * 1024;

    private readonly char[] _text;

    private KeyFile(string path, char[] text) => (Path, _text) = (path, text);

    /// <summary>Absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>The text, without white space around it.</summary>
    public ReadOnlySpan<char> Text => _text.AsSpan().Trim();

    /// <summary>Reads a key file.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="DiffahException">SigningReserved, InvalidArgument, FileNotFound, KeyInvalid.</exception>
    public static async Task<KeyFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        RequirePath(path);
        var bytes = new byte[MaximumSize + 1];
        try
        {
            await using var file = await SmallFile.OpenAsync(path, why => NoKey(path, why), cancellationToken)
                ?? throw Missing(path);
            var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            if (length > MaximumSize)
                throw NoKey(path, $"is longer than {MaximumSize} bytes");
            return new KeyFile(path, Decode(bytes.AsSpan(0, length)));
        }
        catch (DecoderFallbackException)
        {
            throw NoKey(path, "is no Unicode text");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>An error about the file.</summary>
    /// <param name="why">The rest of a sentence that begins with the file's path.</param>
    /// <param name="nextAction">What to do; null means the row's own.</param>
    public DiffahException Invalid(string why, string? nextAction = null) =>
        new(DiffahErrors.KeyInvalid, $"'{Path}' {why}", nextAction);

    public void Dispose() =>
        CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_text.AsSpan()));

    private static void RequirePath(string path)
    {
        if (SigningKeySource.IsReserved(path))
            throw new DiffahException(DiffahErrors.SigningReserved,
                $"'{path}' names a key that is not in a file; such keys are reserved but not yet implemented.");
        if (!System.IO.Path.IsPathFullyQualified(path))
            throw new DiffahException(DiffahErrors.InvalidArgument, $"The path '{path}' is not absolute.");
    }

    private static DiffahException NoKey(string path, string why) =>
        new(DiffahErrors.KeyInvalid, $"'{path}' is not a key file: it {why}.");

    private static DiffahException Missing(string path) =>
        new(DiffahErrors.FileNotFound, $"The key file '{path}' does not exist.");

    // Byte for char where nothing says otherwise: a key is ASCII, nothing else gets through its parser, and what
    // stands around it may be anything.
    private static char[] Decode(ReadOnlySpan<byte> bytes)
    {
        var encoding = TextBytes.Detect(bytes, out var mark);
        if (mark == 0 && encoding is UTF8Encoding)
            encoding = Encoding.Latin1;
        var text = new char[encoding.GetCharCount(bytes[mark..])];
        encoding.GetChars(bytes[mark..], text);
        return text;
    }
}
