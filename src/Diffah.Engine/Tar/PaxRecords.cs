using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Diffah.Engine.Tar;

/// <summary>
/// The records of a pax extended header (POSIX.1-2001): <c>LENGTH KEY=VALUE\n</c>, whose length counts its own digits.
/// </summary>
internal sealed class PaxRecords
{
    private const int MaximumDigits = 10;

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>
    /// The segments of a GNU sparse file of version 0.0, whose keys repeat: offsets and lengths in turn.
    /// </summary>
    public List<string> SparseNumbers { get; } = [];

    /// <summary>
    /// Reads records. A key that is there twice has its last value; an empty value takes the key away.
    /// </summary>
    /// <param name="bytes">The content of the extended header.</param>
    /// <exception cref="InvalidDataException">Where one record ends and the next begins can't be told.</exception>
    public static PaxRecords Read(ReadOnlySpan<byte> bytes)
    {
        var records = new PaxRecords();
        while (TryNext(ref bytes, out var key, out var value))
            records.Add(TarText.Read(key), value);
        return bytes.IsEmpty || bytes[0] == 0
            ? records
            : throw new InvalidDataException(
                "an extended header has a record of a length that is not its own");
    }

    /// <summary>Takes the next record; what is no record stays.</summary>
    /// <param name="bytes">What is left of the extended header.</param>
    /// <param name="key">The record's key.</param>
    /// <param name="value">Its value.</param>
    /// <returns>False at the end, and where the next record ends can't be told.</returns>
    public static bool TryNext(
        ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = value = default;
        if (!Utf8Parser.TryParse(bytes[..Math.Min(bytes.Length, MaximumDigits)], out uint length, out var digits)
            || length > bytes.Length || length < digits + 3 || bytes[digits] != ' ' || bytes[(int)length - 1] != '\n')
            return false;
        var record = bytes[(digits + 1)..((int)length - 1)];
        var equals = record.IndexOf((byte)'=');
        if (equals <= 0)
            return false;
        key = record[..equals];
        value = record[(equals + 1)..];
        bytes = bytes[(int)length..];
        return true;
    }

    /// <summary>A value; null where the key is not there.</summary>
    /// <param name="key">The key.</param>
    public string? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>A number of bytes; null where the key is not there.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="InvalidDataException">The value is no number of bytes.</exception>
    public long? Bytes(string key) => this[key] is not { } text
        ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException($"the {key} of an extended header is not a number of bytes");

    /// <summary>Writes one record.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    public static string Write(string key, string value)
    {
        var rest = $" {key}={value}\n";
        var bytes = Encoding.UTF8.GetByteCount(rest);
        var length = bytes + 1;
        while (length.ToString(CultureInfo.InvariantCulture).Length + bytes != length)
            length++;
        return string.Create(CultureInfo.InvariantCulture, $"{length}{rest}");
    }

    private void Add(string key, ReadOnlySpan<byte> value)
    {
        if (key is "GNU.sparse.offset" or "GNU.sparse.numbytes")
            SparseNumbers.Add(TarText.Read(value));
        else if (value.IsEmpty)
            _values.Remove(key);
        // Attributes may hold anything, and nobody asks for them here: the raw header has them.
        else if (key is "path" or "linkpath" or "size" || key.StartsWith("GNU.sparse.", StringComparison.Ordinal))
            _values[key] = TarText.Read(value);
    }
}
