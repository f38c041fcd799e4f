using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Tar;

namespace Diffah.Engine.Transports.Archives;

/// <summary>
/// A tar being written beside its place. The same contents in the same order make the same bytes: no times, no owners.
/// </summary>
internal sealed class TarOutput(string path, bool overwrite) : IAsyncDisposable
{
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
    /// <exception cref="DiffahException">SizeMismatch.</exception>
    public async Task WriteAsync(string name, Stream content, long size, CancellationToken cancellationToken)
    {
        if (_names.Contains(name))
            return;
        _writer ??= new TarWriter(_file.Stream);
        _broken = true; // until the entry is whole
        await _writer.WriteAsync(name, size, (output, ct) => CopyAsync(name, content, size, output, ct), cancellationToken);
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
        await WriteAsync(name, stream, content.Length, cancellationToken);
    }

    /// <summary>Completes the archive; it keeps its temporary name.</summary>
    /// <param name="cancellationToken">Stops the flush.</param>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (_broken || _writer is null)
            throw new InvalidOperationException("An archive with an unfinished entry, or none, can't be finished.");
        await _writer.FinishAsync(cancellationToken);
        await _file.FinishAsync(cancellationToken);
        _finished = true;
    }

    /// <summary>Gives the archive its name. To be called after <see cref="FinishAsync"/>.</summary>
    /// <param name="cancellationToken">Stops it, as long as the archive has not its name.</param>
    /// <exception cref="DiffahException">DestinationExists, where somebody made it meanwhile.</exception>
    public void Commit(CancellationToken cancellationToken)
    {
        if (!_finished)
            throw new InvalidOperationException("An archive that is not finished can't have its name.");
        cancellationToken.ThrowIfCancellationRequested();
        _file.Commit();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static async Task<long> CopyAsync(string name, Stream content, long size, Stream output, CancellationToken cancellationToken)
    {
        var left = size;
        await content.CopyToAsync(output, Count, cancellationToken);
        return left == 0 ? size : throw Mismatch();

        // Asked at each step, so that content without end is not written to the end of the disk.
        void Count(long bytes)
        {
            if ((left -= bytes) < 0)
                throw Mismatch();
        }

        DiffahException Mismatch() => new(DiffahErrors.SizeMismatch, $"'{name}' does not have the {size} bytes promised.");
    }
}
