using System.Formats.Tar;
using Diffah.Engine.Content;

namespace Diffah.Engine.Transports.Archives;

/// <summary>
/// A tar being written beside its place. The same contents in the same order make the same bytes: no times, no owners.
/// </summary>
internal sealed class TarOutput(string path, bool overwrite) : IAsyncDisposable
{
    private const long MaximumUstarSize = 0x1_FFFF_FFFF; // eleven octal digits
    private const int MaximumUstarName = 100;

    private readonly AtomicFile _file = new(path, overwrite);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private TarWriter? _writer;
    private bool _broken;
    private bool _finished;

    /// <summary>Where the file is until it is committed.</summary>
    public string TemporaryPath => _file.TemporaryPath;

    /// <summary>True where an entry was written already.</summary>
    /// <param name="name">The entry's name.</param>
    public bool Contains(string name) => _names.Contains(name);

    /// <summary>Writes an entry, unless it is there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its content; not disposed of.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="cancellationToken">Stops the writing; the archive can't be finished then.</param>
    /// <exception cref="Diagnostics.DiffahException">SizeMismatch.</exception>
    public async Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken)
    {
        if (_names.Contains(name))
            return;
        _writer ??= new TarWriter(_file.Stream, TarEntryFormat.Ustar, leaveOpen: true);
        _broken = true; // until the entry is whole
        var entry = Entry(name, size);
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        entry.DataStream = new DeclaredLengthStream(content, size, $"'{name}'");
        await _writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
        _broken = false;
        _names.Add(name);
    }

    /// <summary>Writes a small entry.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its content.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public async Task WriteAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        await WriteAsync(name, stream, content.Length, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes the archive; it keeps its temporary name.</summary>
    /// <param name="cancellationToken">Stops the flush.</param>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_broken || _writer is null)
            throw new InvalidOperationException("An archive with an unfinished entry, or none, can't be finished.");
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _file.FinishAsync(cancellationToken).ConfigureAwait(false);
        _finished = true;
    }

    /// <summary>Gives the archive its name. To be called after <see cref="FinishAsync"/>.</summary>
    /// <param name="cancellationToken">Stops it, as long as the archive has not its name.</param>
    /// <exception cref="Diagnostics.DiffahException">DestinationExists, where somebody made it meanwhile.</exception>
    public void Commit(CancellationToken cancellationToken)
    {
        if (!_finished)
            throw new InvalidOperationException("An archive that is not finished can't have its name.");
        cancellationToken.ThrowIfCancellationRequested();
        _file.Commit();
    }

    /// <inheritdoc/>
    // The writer is left alone: disposing of it writes the end of an archive that is thrown away.
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    // GNU's extensions rather than pax: the base library puts its process id into pax headers.
    private static TarEntry Entry(string name, long size) => size > MaximumUstarSize || name.Length > MaximumUstarName
        ? new GnuTarEntry(TarEntryType.RegularFile, name) { AccessTime = default, ChangeTime = default }
        : new UstarTarEntry(TarEntryType.RegularFile, name);
}
