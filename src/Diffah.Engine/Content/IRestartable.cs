namespace Diffah.Engine.Content;

/// <summary>A forward-only stream that can begin again, for a receiver whose line broke.</summary>
internal interface IRestartable
{
    /// <summary>Goes back to the first byte.</summary>
    /// <param name="cancellationToken">Stops the opening.</param>
    Task RestartAsync(CancellationToken cancellationToken);
}
