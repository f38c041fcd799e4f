namespace Diffah.Engine.Content;

/// <summary>A forward-only stream that can start again, for a receiver whose connection broke.</summary>
internal interface IRestartable
{
    /// <summary>Goes back to the first byte.</summary>
    Task RestartAsync(CancellationToken cancellationToken);
}
